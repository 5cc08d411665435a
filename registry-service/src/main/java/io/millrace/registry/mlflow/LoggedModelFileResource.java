package io.millrace.registry.mlflow;

import io.millrace.common.auth.Roles;
import io.millrace.registry.artifact.Artifact;
import io.millrace.registry.artifact.ArtifactOwner;
import io.millrace.registry.artifact.ArtifactService;
import io.millrace.registry.artifact.Downloads;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** A file of a logged model as MLflow's pages ask for it. */
@Path("/api/2.0/mlflow/logged-models/{model_id}/artifacts/files")
@Produces(MediaType.WILDCARD)
class LoggedModelFileResource {

    private final ArtifactService artifacts;

    LoggedModelFileResource(ArtifactService artifacts) {
        this.artifacts = artifacts;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    public Response get(
            @PathParam("model_id") String modelId,
            @QueryParam("artifact_file_path") @Nullable String path,
            @HeaderParam("Range") @Nullable String range) {
        Artifact file = artifacts.get(
                ArtifactOwner.loggedModel(modelId), MlflowWords.path(MlflowJson.required("artifact_file_path", path)));
        return Downloads.of(file, artifacts.file(file.sha256()), range);
    }
}
