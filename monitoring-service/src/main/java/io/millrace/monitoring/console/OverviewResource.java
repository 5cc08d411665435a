package io.millrace.monitoring.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.common.auth.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

@Path("/api/v1/console/overview")
@RolesAllowed(Roles.VIEWER)
class OverviewResource {

    private final ConsoleService console;

    OverviewResource(ConsoleService console) {
        this.console = console;
    }

    /** All that the page shows, as of one moment. */
    @GET
    public JsonNode overview() {
        return console.overview();
    }
}
