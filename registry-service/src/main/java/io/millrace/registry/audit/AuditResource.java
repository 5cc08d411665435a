package io.millrace.registry.audit;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.millrace.common.http.Page;
import io.millrace.common.http.PageToken;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The audit log, newest first. Approvers and administrators read it. */
@Path("/api/v1/audit")
class AuditResource {

    private final AuditService audit;

    AuditResource(AuditService audit) {
        this.audit = audit;
    }

    @GET
    @RolesAllowed({Roles.APPROVER, Roles.ADMIN})
    public Page<AuditEntry> list(
            @QueryParam("kind") @Nullable String kind,
            @QueryParam("subject") @Nullable String subject,
            @QueryParam("actor") @Nullable String actor,
            @QueryParam("action") @Nullable String action,
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to,
            @QueryParam("pageSize") @DefaultValue("100") int pageSize,
            @QueryParam("pageToken") @Nullable String pageToken) {
        AuditFilter filter = new AuditFilter(kind, subject, actor, action, instant("from", from), instant("to", to));
        long before = PageToken.before(pageToken);
        return Page.of(
                audit.list(filter, before, Page.checkedSize(pageSize) + 1),
                pageSize,
                e -> List.of(Long.toString(e.id())));
    }

    private static @Nullable Instant instant(String field, @Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw PlatformException.invalid("/" + field, "must be a time such as 2026-03-03T00:00:00Z");
        }
    }
}
