package io.millrace.monitoring.window;

import io.millrace.common.auth.Roles;
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

@Path("/api/v1/windows")
@RolesAllowed(Roles.VIEWER)
class WindowResource {

    private final WindowQueryService windows;

    WindowResource(WindowQueryService windows) {
        this.windows = windows;
    }

    @GET
    public Page<WindowResponse> list(
            @QueryParam("endpoint") @Nullable String endpoint,
            @QueryParam("pageSize") @DefaultValue("100") int pageSize,
            @QueryParam("pageToken") @Nullable String pageToken) {
        Optional<TimeKey> key = PageToken.timeKey(pageToken);
        Instant before = key.map(TimeKey::at).orElse(null);
        UUID beforeId = key.map(TimeKey::id).orElse(null);
        List<WindowResponse> found = windows.list(endpoint, before, beforeId, Page.checkedSize(pageSize) + 1);
        return Page.of(found, pageSize, w -> List.of(w.endsAt().toString(), w.id().toString()));
    }

    @GET
    @Path("{id}")
    public WindowResponse get(UUID id) {
        return windows.get(id);
    }
}
