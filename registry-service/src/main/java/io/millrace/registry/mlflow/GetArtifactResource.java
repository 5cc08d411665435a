package io.millrace.registry.mlflow;

import io.millrace.common.auth.Roles;
import io.millrace.registry.artifact.Artifact;
import io.millrace.registry.artifact.ArtifactOwner;
import io.millrace.registry.artifact.ArtifactService;
import io.millrace.registry.artifact.Downloads;
import io.millrace.registry.model.VersionService;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Downloads as MLflow's pages ask for them. */
@Path("/")
@Produces(MediaType.WILDCARD)
class GetArtifactResource {

    private final ArtifactService artifacts;
    private final VersionService versions;

    GetArtifactResource(ArtifactService artifacts, VersionService versions) {
        this.artifacts = artifacts;
        this.versions = versions;
    }

    @GET
    @Path("get-artifact")
    @RolesAllowed(Roles.VIEWER)
    public Response ofRun(
            @QueryParam("run_id") @Nullable String runId,
            @QueryParam("run_uuid") @Nullable String runUuid,
            @QueryParam("path") @Nullable String path,
            @HeaderParam("Range") @Nullable String range) {
        ArtifactOwner run = ArtifactOwner.run(RunOperations.id(runId, runUuid));
        Artifact file = artifacts.get(run, MlflowWords.path(MlflowJson.required("path", path)));
        return Downloads.of(file, artifacts.file(file.sha256()), range);
    }

    @GET
    @Path("model-versions/get-artifact")
    @RolesAllowed(Roles.VIEWER)
    public Response ofVersion(
            @QueryParam("name") @Nullable String name,
            @QueryParam("version") @Nullable String version,
            @QueryParam("path") @Nullable String path,
            @HeaderParam("Range") @Nullable String range) {
        Artifact file = versions.file(
                MlflowJson.required("name", name),
                VersionOperations.number(version),
                MlflowWords.path(MlflowJson.required("path", path)));
        return Downloads.of(file, artifacts.file(file.sha256()), range);
    }
}
