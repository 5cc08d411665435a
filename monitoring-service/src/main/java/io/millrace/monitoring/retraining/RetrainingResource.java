package io.millrace.monitoring.retraining;

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

@Path("/api/v1/retraining-requests")
@RolesAllowed(Roles.VIEWER)
class RetrainingResource {

    private final RetrainingService retraining;

    RetrainingResource(RetrainingService retraining) {
        this.retraining = retraining;
    }

    @GET
    public Page<Retraining> list(
            @QueryParam("model") @Nullable String model,
            @QueryParam("pageSize") @DefaultValue("100") int pageSize,
            @QueryParam("pageToken") @Nullable String pageToken) {
        Optional<TimeKey> key = PageToken.timeKey(pageToken);
        Instant before = key.map(TimeKey::at).orElse(null);
        UUID beforeId = key.map(TimeKey::id).orElse(null);
        List<Retraining> found = retraining.list(model, before, beforeId, Page.checkedSize(pageSize) + 1);
        return Page.of(found, pageSize, r -> List.of(r.requestedAt().toString(), r.id().toString()));
    }
}
