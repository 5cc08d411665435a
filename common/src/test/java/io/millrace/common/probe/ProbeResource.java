package io.millrace.common.probe;

import io.millrace.common.auth.Roles;
import io.millrace.common.idempotency.IdempotencyService;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/probe")
class ProbeResource {

    private final ProbeService probes;
    private final SecurityIdentity identity;

    ProbeResource(ProbeService probes, SecurityIdentity identity) {
        this.probes = probes;
        this.identity = identity;
    }

    @GET
    @Path("whoami")
    @RolesAllowed(Roles.VIEWER)
    public Map<String, Object> whoami() {
        return Map.of("name", identity.getPrincipal().getName(), "roles", identity.getRoles());
    }

    @GET
    @Path("admin")
    @RolesAllowed(Roles.ADMIN)
    public Map<String, Boolean> admin() {
        return Map.of("admin", true);
    }

    @GET
    @Path("store")
    @RolesAllowed(Roles.VIEWER)
    public Map<String, Integer> store() {
        return Map.of("one", probes.one());
    }

    @POST
    @Path("once")
    @RolesAllowed(Roles.ENGINEER)
    public ProbeResponse once(@HeaderParam(IdempotencyService.HEADER) @Nullable String key, ProbeRequest request) {
        return probes.once(key, request);
    }

    @GET
    @Path("fail/{how}")
    @RolesAllowed(Roles.VIEWER)
    public String fail(String how) {
        return Failures.fail(how);
    }

    @POST
    @Path("body")
    @RolesAllowed(Roles.ENGINEER)
    public Map<String, String> body(ProbeRequest request) {
        return Map.of("name", request.checked().name());
    }
}
