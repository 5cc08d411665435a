package io.millrace.common.event;

import io.millrace.common.auth.Roles;
import io.millrace.common.http.Page;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.UUID;

@Path("/api/v1/dead-events")
class DeadEventResource {

    private final DeadEventService events;

    DeadEventResource(DeadEventService events) {
        this.events = events;
    }

    /** The oldest first. There is no next page: each is to be dealt with, and leaves the list then. */
    @GET
    @RolesAllowed(Roles.VIEWER)
    public List<DeadEvent> list(@QueryParam("pageSize") @DefaultValue("100") int pageSize) {
        return events.list(Page.checkedSize(pageSize));
    }

    @POST
    @Path("{consumer}/{eventId}/redeliver")
    @RolesAllowed(Roles.ADMIN)
    public void redeliver(String consumer, UUID eventId) {
        events.redeliver(consumer, eventId);
    }
}
