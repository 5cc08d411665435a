package io.millrace.monitoring.alert;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.millrace.common.http.Page;
import io.millrace.common.http.PageToken;
import io.millrace.common.http.PageToken.TimeKey;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/alerts")
@RolesAllowed(Roles.VIEWER)
class AlertResource {

    private final AlertService alerts;

    AlertResource(AlertService alerts) {
        this.alerts = alerts;
    }

    @GET
    public Page<Alert> list(
            @QueryParam("endpoint") @Nullable String endpoint,
            @QueryParam("state") @Nullable String state,
            @QueryParam("pageSize") @DefaultValue("100") int pageSize,
            @QueryParam("pageToken") @Nullable String pageToken) {
        if (state != null && !state.equals("firing") && !state.equals("resolved")) {
            throw PlatformException.invalid("/state", "must be firing or resolved, is '" + state + "'");
        }
        Optional<TimeKey> key = PageToken.timeKey(pageToken);
        Instant before = key.map(TimeKey::at).orElse(null);
        UUID beforeId = key.map(TimeKey::id).orElse(null);
        List<Alert> found = alerts.list(endpoint, state, before, beforeId, Page.checkedSize(pageSize) + 1);
        return Page.of(found, pageSize, a -> List.of(a.openedAt().toString(), a.id().toString()));
    }

    @GET
    @Path("{id}")
    public Alert get(UUID id) {
        return alerts.get(id);
    }
}
