package io.millrace.monitoring.monitor;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.millrace.common.http.Page;
import io.millrace.common.http.PageToken;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/monitors")
class MonitorResource {

    private final MonitorService monitors;

    MonitorResource(MonitorService monitors) {
        this.monitors = monitors;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    public Page<MonitorResponse> list(
            @QueryParam("pageSize") @DefaultValue("100") int pageSize,
            @QueryParam("pageToken") @Nullable String pageToken) {
        String after = pageToken == null ? "" : PageToken.decode(pageToken, 1).get(0);
        List<Monitor> found = monitors.list(after, Page.checkedSize(pageSize) + 1);
        return Page.of(found, pageSize, m -> List.of(m.endpoint())).map(MonitorResponse::of);
    }

    @GET
    @Path("{endpoint}")
    @RolesAllowed(Roles.VIEWER)
    public MonitorResponse get(String endpoint) {
        return MonitorResponse.of(monitors.get(endpoint));
    }

    @PUT
    @Path("{endpoint}")
    @RolesAllowed(Roles.ENGINEER)
    public MonitorResponse save(String endpoint, @Nullable MonitorRequest request) {
        if (request == null) {
            throw PlatformException.invalid("", "a JSON body is required");
        }
        if (!endpoint.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
            throw PlatformException.invalid("/endpoint", "must be 1 to 63 of a-z, 0-9 and '-', is '" + endpoint + "'");
        }
        return MonitorResponse.of(monitors.save(request.toMonitor(endpoint)));
    }

    @DELETE
    @Path("{endpoint}")
    @RolesAllowed(Roles.ENGINEER)
    public void delete(String endpoint) {
        monitors.delete(endpoint);
    }
}
