package io.millrace.monitoring.retraining;

import io.millrace.common.outbox.Outbox;
import io.millrace.monitoring.alert.Alert;
import io.millrace.monitoring.monitor.Monitor;
import io.millrace.monitoring.monitor.Monitor.RetrainMode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Turns a firing alert into at most one pipeline run at a time. */
@ApplicationScoped
public class RetrainingService {

    private static final Logger LOG = Logger.getLogger(RetrainingService.class);

    private final RetrainingStore requests;
    private final Outbox outbox;
    private final Clock clock;

    RetrainingService(RetrainingStore requests, Outbox outbox, Clock clock) {
        this.requests = requests;
        this.outbox = outbox;
        this.clock = clock;
    }

    /**
     * Asks for a run because of an alert, unless the monitor forbids it, one is in flight for the model, or the cool-down
     * since the last one's end has not passed. Runs in the transaction of the window that fired.
     *
     * @param asOf the instant up to which the run may read data
     */
    @Transactional
    public void request(Monitor monitor, Alert alert, Instant asOf) {
        String pipeline = monitor.pipeline();
        if (monitor.retrainMode() == RetrainMode.OFF || pipeline == null) {
            return;
        }
        boolean suggest = monitor.retrainMode() == RetrainMode.SUGGEST;
        if (suggest && requests.suggestedFor(alert.id())) {
            return;
        }
        Instant now = clock.instant();
        if (!suggest && (requests.inFlight(alert.model()) || coolingDown(monitor, now))) {
            LOG.infof(
                    "retraining not requested alert=%s model=%s reason=in-flight-or-cooling",
                    alert.id(), alert.model());
            return;
        }
        int earlier = requests.countOfAlert(alert.id());
        Retraining request = new Retraining(
                UUID.randomUUID(),
                alert.endpoint(),
                alert.model(),
                pipeline,
                alert.id(),
                suggest ? "suggested" : "requested",
                asOf,
                null,
                null,
                now,
                null,
                "alert:" + alert.id());
        if (!requests.add(request) || suggest) {
            return;
        }
        // The first request of an alert carries the alert's id as key; a later one, after a cool-down, a key of its
        // own.
        String key = earlier == 0 ? alert.id().toString() : alert.id() + ":" + earlier;
        outbox.add(
                "pipeline",
                "POST",
                "/api/v1/pipelines/" + pipeline + "/runs",
                key,
                Map.of("trigger", "drift", "params", Map.of("asOf", asOf.toString()), "causedBy", request.causedBy()),
                request.causedBy());
        LOG.infof(
                "retraining requested alert=%s model=%s pipeline=%s asOf=%s",
                alert.id(), alert.model(), pipeline, asOf);
    }

    private boolean coolingDown(Monitor monitor, Instant now) {
        return requests.lastEnd(monitor.model())
                .map(end -> end.plus(monitor.cooldown()).isAfter(now))
                .orElse(false);
    }

    /** Follows requests on their way: run started, or never to be delivered. Answers how many changed. */
    @Transactional
    public int follow() {
        return requests.markStarted() + requests.failUndelivered(clock.instant());
    }

    /** Ends the request that a finished run belongs to; a run that nobody here asked for changes nothing. */
    @Transactional
    public void runFinished(UUID runId, String causedBy, String outcome) {
        boolean failed = outcome.equals("FAILED") || outcome.equals("CANCELLED");
        if (requests.finish(runId, causedBy, failed, outcome, clock.instant())) {
            LOG.infof("retraining ended run=%s outcome=%s", runId, outcome);
        }
    }

    /** Requests, newest first, after the key of the last page's last one. */
    @Transactional
    List<Retraining> list(
            @Nullable String model, @Nullable Instant beforeRequested, @Nullable UUID beforeId, int limit) {
        return requests.list(model, beforeRequested, beforeId, limit);
    }
}
