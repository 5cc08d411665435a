package io.millrace.registry.purge;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Duration;
import java.time.format.DateTimeParseException;

/** For administrators: what is purged does not come back. */
@Path("/api/v1/purge")
@RolesAllowed(Roles.ADMIN)
class PurgeResource {

    private static final Duration MAX = Duration.ofDays(36_500);

    private final PurgeService purge;

    PurgeResource(PurgeService purge) {
        this.purge = purge;
    }

    @POST
    public PurgeReport purge(
            @QueryParam("olderThan") @DefaultValue("P30D") String olderThan,
            @QueryParam("dryRun") @DefaultValue("false") boolean dryRun) {
        return purge.purge(age(olderThan), dryRun);
    }

    private static Duration age(String text) {
        try {
            Duration age = Duration.parse(text);
            if (!age.isNegative() && age.compareTo(MAX) <= 0) {
                return age;
            }
        } catch (DateTimeParseException e) {
            // Said below, as for a duration out of range.
        }
        throw PlatformException.invalid("/olderThan", "must be a duration of at most 36500 days such as P30D or PT12H");
    }
}
