package io.millrace.monitoring.alert;

import io.millrace.common.error.PlatformException;
import io.millrace.common.event.EventLog;
import io.millrace.monitoring.alert.Alert.Subject;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Opens, keeps and resolves alerts. At most one is open for each endpoint, version and kind. */
@ApplicationScoped
public class AlertService {

    private static final Logger LOG = Logger.getLogger(AlertService.class);

    private final AlertStore alerts;
    private final EventLog events;
    private final Clock clock;

    AlertService(AlertStore alerts, EventLog events, Clock clock) {
        this.alerts = alerts;
        this.events = events;
        this.clock = clock;
    }

    /** Opens an alert, or refreshes the open one of the same subject; answers the alert that is open now. */
    @Transactional
    public Alert fire(Subject subject, String severity, String summary, Map<String, ?> detail, String causedBy) {
        Instant now = clock.instant();
        UUID id = UUID.randomUUID();
        if (alerts.open(id, subject, severity, summary, detail, causedBy, now)) {
            events.append(
                    "monitoring.alert.opened",
                    subject.endpoint(),
                    Map.of(
                            "alertId", id.toString(),
                            "model", subject.model(),
                            "version", subject.version(),
                            "kind", subject.kind().wire()),
                    causedBy);
            LOG.infof(
                    "alert opened alert=%s endpoint=%s model=%s version=%d kind=%s",
                    id,
                    subject.endpoint(),
                    subject.model(),
                    subject.version(),
                    subject.kind().wire());
        } else {
            alerts.touch(subject, summary, detail, now);
        }
        return alerts.findOpen(subject)
                .orElseThrow(() -> PlatformException.conflict("the alert was resolved while it was being written"));
    }

    /** Resolves the open alert of the subject, if there is one. */
    @Transactional
    public void resolve(Subject subject, String reason, String causedBy) {
        Optional<UUID> closed = alerts.close(subject, reason, clock.instant());
        closed.ifPresent(id -> {
            events.append(
                    "monitoring.alert.resolved",
                    subject.endpoint(),
                    Map.of("alertId", id.toString(), "reason", reason),
                    causedBy);
            LOG.infof("alert resolved alert=%s reason=%s", id, reason);
        });
    }

    /** Resolves every open alert of a version that no longer answers. */
    @Transactional
    public void resolveVersion(String model, int version, String reason, String causedBy) {
        for (Alert alert : alerts.openOfVersion(model, version)) {
            resolve(new Subject(alert.endpoint(), model, version, alert.kind()), reason, causedBy);
        }
    }

    @Transactional
    public Optional<Alert> findOpen(Subject subject) {
        return alerts.findOpen(subject);
    }

    @Transactional
    public Alert get(UUID id) {
        return alerts.find(id).orElseThrow(() -> PlatformException.notFound("alert", id.toString()));
    }

    /** Alerts, newest first, after the key of the last page's last alert. */
    @Transactional
    public List<Alert> list(
            @Nullable String endpoint,
            @Nullable String state,
            @Nullable Instant beforeOpened,
            @Nullable UUID beforeId,
            int limit) {
        return alerts.list(endpoint, state, beforeOpened, beforeId, limit);
    }
}
