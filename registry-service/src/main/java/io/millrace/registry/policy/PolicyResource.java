package io.millrace.registry.policy;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import org.jspecify.annotations.Nullable;

/** A model's policy; only administrators change it. */
@Path("/api/v1/models/{name}/policy")
class PolicyResource {

    private final PolicyService policies;
    private final SecurityIdentity caller;

    PolicyResource(PolicyService policies, SecurityIdentity caller) {
        this.policies = policies;
        this.caller = caller;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    public Policy get(String name) {
        return policies.ofExisting(name);
    }

    @PUT
    @RolesAllowed(Roles.ADMIN)
    public Policy put(String name, @Nullable PutPolicyRequest request) {
        if (request == null) {
            throw PlatformException.invalid("", "a JSON body is required");
        }
        return policies.put(name, request, caller.getPrincipal().getName());
    }
}
