package io.millrace.registry.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.auth.TokenFingerprint;
import io.millrace.common.http.RequestId;
import io.quarkus.arc.Arc;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes the audit log in the caller's transaction: a change and its entry are stored together, or neither is. */
@ApplicationScoped
public class AuditService {

    /** Who acts when no request does, such as a job. */
    private static final String SYSTEM = "system";

    private final AuditStore entries;
    private final SecurityIdentity caller;
    private final CurrentVertxRequest request;
    private final ObjectMapper json;
    private final Clock clock;

    AuditService(
            AuditStore entries, SecurityIdentity caller, CurrentVertxRequest request, ObjectMapper json, Clock clock) {
        this.entries = entries;
        this.caller = caller;
        this.request = request;
        this.json = json;
        this.clock = clock;
    }

    /**
     * Notes a change of the current request, or of a job.
     *
     * @param before what was, as it goes out; null when the subject was made
     * @param after what is, as it goes out; null when the subject is gone
     */
    @Transactional(Transactional.TxType.MANDATORY)
    public void record(String action, String kind, String subject, @Nullable Object before, @Nullable Object after) {
        boolean inRequest = Arc.container().requestContext().isActive();
        RoutingContext current = inRequest ? request.getCurrent() : null;
        boolean known = current != null && !caller.isAnonymous();
        entries.add(new AuditEntry(
                0,
                clock.instant(),
                known ? caller.getPrincipal().getName() : SYSTEM,
                known ? TokenFingerprint.of(caller) : "",
                current == null ? "" : current.request().remoteAddress().hostAddress(),
                current == null ? "" : Objects.requireNonNullElse(RequestId.of(current), ""),
                action,
                kind,
                subject,
                tree(before),
                tree(after)));
    }

    private @Nullable JsonNode tree(@Nullable Object value) {
        return value == null ? null : json.valueToTree(value);
    }

    /** Entries below {@code before}, newest first. */
    @Transactional
    List<AuditEntry> list(AuditFilter filter, long before, int limit) {
        return entries.list(filter, before, limit);
    }
}
