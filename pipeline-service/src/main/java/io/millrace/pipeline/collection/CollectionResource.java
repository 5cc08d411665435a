package io.millrace.pipeline.collection;

import io.millrace.common.auth.Roles;
import io.millrace.pipeline.step.ArtifactFiles.Sweep;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/step-files/collect")
class CollectionResource {

    private final CollectionService collection;

    CollectionResource(CollectionService collection) {
        this.collection = collection;
    }

    @POST
    @RolesAllowed(Roles.ADMIN)
    public CollectResponse collect(@Nullable CollectRequest request) {
        Boolean wish = request == null ? null : request.dryRun();
        boolean dryRun = wish == null || wish;
        Sweep sweep = collection.collect(dryRun);
        return new CollectResponse(dryRun, sweep.files(), sweep.bytes(), sweep.kept());
    }
}
