package io.millrace.registry.mlflow;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.common.auth.Roles;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** What MLflow's clients ask a server about itself. */
@Path("/")
class ProbeResource {

    /** The version of MLflow whose API this is. */
    private static final String API = "3.6.0";

    record ServerInfo(
            @JsonProperty("store_type") String storeType,
            @JsonProperty("workspaces_enabled") boolean workspacesEnabled,
            @JsonProperty("trace_archival_enabled") boolean traceArchivalEnabled) {}

    @GET
    @Path("health")
    @Produces(MediaType.TEXT_PLAIN)
    @PermitAll
    public String health() {
        return "OK";
    }

    @GET
    @Path("version")
    @Produces(MediaType.TEXT_PLAIN)
    @PermitAll
    public String version() {
        return API;
    }

    @GET
    @Path("api/3.0/mlflow/server-info")
    @RolesAllowed(Roles.VIEWER)
    public ServerInfo serverInfo() {
        return new ServerInfo("SqlStore", false, false);
    }
}
