package io.millrace.monitoring.quality;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/quality")
@RolesAllowed(Roles.VIEWER)
class QualityResource {

    record QualityResponse(List<QualityMeasure> items) {}

    private final QualityService quality;

    QualityResource(QualityService quality) {
        this.quality = quality;
    }

    /** Stored windows, newest first. */
    @GET
    public QualityResponse windows(@QueryParam("endpoint") @Nullable String endpoint) {
        return new QualityResponse(quality.list(required(endpoint)));
    }

    /** Each arm and version over a span of event time, computed now. */
    @GET
    @Path("summary")
    public QualityResponse summary(
            @QueryParam("endpoint") @Nullable String endpoint,
            @QueryParam("since") @Nullable String since,
            @QueryParam("until") @Nullable String until) {
        Instant from = instant("since", since, Instant.EPOCH);
        Instant to = instant("until", until, Instant.parse("2200-01-01T00:00:00Z"));
        if (!from.isBefore(to)) {
            throw PlatformException.invalid("/since", "must be before until");
        }
        return new QualityResponse(quality.summary(required(endpoint), from, to));
    }

    private static String required(@Nullable String endpoint) {
        if (endpoint == null || endpoint.isBlank()) {
            throw PlatformException.invalid("/endpoint", "is required");
        }
        return endpoint;
    }

    private static Instant instant(String field, @Nullable String value, Instant byDefault) {
        if (value == null) {
            return byDefault;
        }
        try {
            return Instant.parse(value);
        } catch (DateTimeException e) {
            throw PlatformException.invalid(
                    "/" + field, "must be an ISO-8601 instant such as 2026-01-31T00:00:00Z, is '" + value + "'");
        }
    }
}
