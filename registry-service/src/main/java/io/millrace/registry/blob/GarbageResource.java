package io.millrace.registry.blob;

import io.millrace.common.auth.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;

@Path("/api/v1/artifacts/gc")
@RolesAllowed(Roles.ADMIN)
class GarbageResource {

    private final GarbageService garbage;

    GarbageResource(GarbageService garbage) {
        this.garbage = garbage;
    }

    @POST
    public GarbageReport collect(@QueryParam("dryRun") @DefaultValue("false") boolean dryRun) {
        return garbage.collect(dryRun);
    }
}
