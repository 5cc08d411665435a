package io.millrace.registry.artifact;

import io.millrace.common.auth.Roles;
import io.millrace.common.http.Page;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/runs/{id}/artifacts")
class ArtifactResource {

    private final ArtifactService artifacts;

    ArtifactResource(ArtifactService artifacts) {
        this.artifacts = artifacts;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    public Page<Artifact> list(String id, @QueryParam("path") @DefaultValue("") String path) {
        return new Page<>(artifacts.list(ArtifactOwner.run(id), path), null);
    }

    @PUT
    @Path("{path: .+}")
    @Consumes(MediaType.WILDCARD)
    @RolesAllowed(Roles.ENGINEER)
    public Artifact put(
            String id, String path, @HeaderParam("X-Content-Sha256") @Nullable String sha256, InputStream content) {
        ArtifactPath checked = new ArtifactPath(path);
        ArtifactOwner owner = ArtifactOwner.run(id);
        artifacts.checkWritable(owner);
        return artifacts.link(owner, artifacts.receive(checked, content, sha256));
    }

    @GET
    @Path("{path: .+}")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @RolesAllowed(Roles.VIEWER)
    public Response get(String id, String path, @HeaderParam("Range") @Nullable String range) {
        Artifact artifact = artifacts.get(ArtifactOwner.run(id), new ArtifactPath(path));
        return Downloads.of(artifact, artifacts.file(artifact.sha256()), range);
    }
}
