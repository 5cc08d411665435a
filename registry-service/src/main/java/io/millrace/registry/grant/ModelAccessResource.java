package io.millrace.registry.grant;

import io.millrace.common.auth.Roles;
import io.millrace.registry.access.Protected;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import org.jspecify.annotations.Nullable;

/** Who may see, change and manage a model and its versions. */
@Path("/api/v1/models/{name}/access")
class ModelAccessResource {

    private final GrantService access;

    ModelAccessResource(GrantService access) {
        this.access = access;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    public AccessResponse get(String name) {
        return access.get(Protected.MODEL, name);
    }

    @PUT
    @RolesAllowed(Roles.ENGINEER)
    public AccessResponse put(String name, @Nullable PutAccessRequest request) {
        return access.put(Protected.MODEL, name, request);
    }
}
