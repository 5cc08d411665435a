package io.millrace.common.probe;

import io.millrace.common.auth.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.Map;

@Path("/api/2.0/mlflow/probe")
class MlflowProbeResource {

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
