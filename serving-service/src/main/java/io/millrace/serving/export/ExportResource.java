package io.millrace.serving.export;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Predictions to take away. */
@Path("/api/v1/endpoints/{name}/predictions.parquet")
class ExportResource {

    private final ExportService exports;

    ExportResource(ExportService exports) {
        this.exports = exports;
    }

    /** @param from ISO-8601 instant; @param to ISO-8601 instant, exclusive */
    @GET
    @RolesAllowed(Roles.VIEWER)
    @Produces("application/vnd.apache.parquet")
    public InputStream export(
            @PathParam("name") String name,
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to) {
        return exports.export(name, instant("/from", from), instant("/to", to));
    }

    private static Instant instant(String pointer, @Nullable String given) {
        try {
            OffsetDateTime time = given == null ? null : OffsetDateTime.parse(given);
            if (time != null && time.getYear() >= 1 && time.getYear() <= 9999) {
                return time.toInstant();
            }
        } catch (DateTimeException e) {
            throw PlatformException.invalid(pointer, "must be an instant such as 2026-01-31T12:00:00Z");
        }
        throw PlatformException.invalid(pointer, "must be an instant such as 2026-01-31T12:00:00Z");
    }
}
