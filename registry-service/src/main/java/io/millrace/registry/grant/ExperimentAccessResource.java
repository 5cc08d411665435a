package io.millrace.registry.grant;

import io.millrace.common.auth.Roles;
import io.millrace.registry.access.Protected;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import org.jspecify.annotations.Nullable;

/** Who may see, change and manage an experiment and its runs. */
@Path("/api/v1/experiments/{id}/access")
class ExperimentAccessResource {

    private final GrantService access;

    ExperimentAccessResource(GrantService access) {
        this.access = access;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    public AccessResponse get(String id) {
        return access.get(Protected.EXPERIMENT, id);
    }

    @PUT
    @RolesAllowed(Roles.ENGINEER)
    public AccessResponse put(String id, @Nullable PutAccessRequest request) {
        return access.put(Protected.EXPERIMENT, id, request);
    }
}
