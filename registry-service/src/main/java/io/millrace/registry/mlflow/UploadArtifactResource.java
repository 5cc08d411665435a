package io.millrace.registry.mlflow;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.millrace.registry.artifact.ArtifactOwner;
import io.millrace.registry.artifact.ArtifactPath;
import io.millrace.registry.artifact.ArtifactService;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.ByteArrayInputStream;
import org.jspecify.annotations.Nullable;

/** A file of a run as MLflow's pages send it: of any content type, and small. */
@Path("/api/2.0/mlflow/upload-artifact")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
class UploadArtifactResource {

    private static final byte[] EMPTY = {'{', '}'};

    private final ArtifactService artifacts;

    UploadArtifactResource(ArtifactService artifacts) {
        this.artifacts = artifacts;
    }

    @POST
    @RolesAllowed(Roles.ENGINEER)
    public byte[] upload(
            @QueryParam("run_uuid") @Nullable String runId,
            @QueryParam("path") @Nullable String path,
            byte @Nullable [] content) {
        ArtifactOwner run = ArtifactOwner.run(specified("run_uuid", runId));
        ArtifactPath file = MlflowWords.path(specified("path", path));
        if (content == null || content.length == 0) {
            throw unspecified("data");
        }
        artifacts.checkWritable(run);
        artifacts.link(run, artifacts.receive(file, new ByteArrayInputStream(content), null));
        return EMPTY.clone();
    }

    private static String specified(String field, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            throw unspecified(field);
        }
        return value;
    }

    private static PlatformException unspecified(String field) {
        return PlatformException.invalid("/" + field, "Request must specify " + field + ".");
    }
}
