package io.millrace.monitoring.quality;

import io.millrace.monitoring.alert.Alert.Subject;
import io.millrace.monitoring.alert.AlertKind;
import io.millrace.monitoring.alert.AlertService;
import io.millrace.monitoring.monitor.Monitor;
import io.millrace.monitoring.monitor.Monitor.QualityLimit;
import io.millrace.monitoring.quality.QualityStore.Group;
import io.millrace.monitoring.quality.QualityStore.ScoredGroup;
import io.millrace.statistics.metric.Direction;
import io.millrace.statistics.metric.Metric;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Measures what really happened against what was predicted. */
@ApplicationScoped
public class QualityService {

    private static final int LISTED = 1000;

    /** A label may be committed after a measurement that it was received before; looking back this far finds it. */
    private static final Duration OVERLAP = Duration.ofSeconds(30);

    private final QualityStore store;
    private final AlertService alerts;
    private final Clock clock;

    QualityService(QualityStore store, AlertService alerts, Clock clock) {
        this.store = store;
        this.alerts = alerts;
        this.clock = clock;
    }

    /** Measures again every window of the endpoint that has labels newer than the last measurement. */
    @Transactional
    public void measure(Monitor monitor) {
        Instant now = clock.instant();
        Instant since = store.lastComputed(monitor.endpoint())
                .map(last -> last.minus(OVERLAP))
                .orElse(Instant.EPOCH);
        if (store.newestLabel(since).isEmpty()) {
            return;
        }
        long seconds = monitor.window().toSeconds();
        for (Instant start : store.touched(monitor.endpoint(), seconds, since)) {
            Instant end = start.plusSeconds(seconds);
            List<QualityMeasure> measures = measures(monitor.endpoint(), start, end);
            store.save(monitor.endpoint(), measures, now);
            alert(monitor, measures, start);
        }
    }

    /** Each arm and version over a span of event time. */
    @Transactional
    public List<QualityMeasure> summary(String endpoint, Instant from, Instant until) {
        return measures(endpoint, from, until);
    }

    /** The stored measures of an endpoint, newest window first. */
    @Transactional
    public List<QualityMeasure> list(String endpoint) {
        return store.list(endpoint, LISTED);
    }

    private List<QualityMeasure> measures(String endpoint, Instant from, Instant until) {
        List<QualityMeasure> measures = new ArrayList<>();
        store.scores(endpoint, from, until).forEach((group, scored) -> {
            for (RealisedMetric metric : RealisedMetric.of(scored.binary())) {
                measures.add(measure(group, scored, metric, from, until));
            }
        });
        return measures;
    }

    private static QualityMeasure measure(
            Group group, ScoredGroup scored, RealisedMetric metric, Instant from, Instant until) {
        LabelledScores scores = scored.scores();
        RealisedMetric.Measured measured = metric.measure(scores.truth(), scores.score());
        return new QualityMeasure(
                group.arm(),
                group.model(),
                group.version(),
                from,
                until,
                metric.name(),
                measured.value(),
                measured.lower(),
                measured.upper(),
                scores.labels(),
                scores.rows());
    }

    private void alert(Monitor monitor, List<QualityMeasure> measures, Instant window) {
        QualityLimit limit = monitor.quality();
        if (limit == null) {
            return;
        }
        Optional<Metric> metric = Metric.find(limit.metric());
        if (metric.isEmpty()) {
            return;
        }
        for (QualityMeasure m : measures) {
            Double value = m.value();
            if (!m.metric().equals(limit.metric()) || value == null || m.labelCount() < monitor.minRows()) {
                continue;
            }
            Subject subject = new Subject(monitor.endpoint(), m.model(), m.version(), AlertKind.QUALITY);
            String cause = "endpoint:" + monitor.endpoint();
            boolean bad = metric.get().direction() == Direction.HIGHER ? value < limit.limit() : value > limit.limit();
            if (bad) {
                String summary = String.format(
                        Locale.ROOT,
                        "%s of %s version %d is %.4f over %d labels, limit %.4f",
                        m.metric(),
                        m.model(),
                        m.version(),
                        value,
                        m.labelCount(),
                        limit.limit());
                Map<String, Object> detail = Map.of(
                        "metric", m.metric(), "value", value, "limit", limit.limit(), "windowStart", window.toString());
                alerts.fire(subject, "critical", summary, detail, cause);
            } else {
                alerts.resolve(subject, m.metric() + " is within its limit again", cause);
            }
        }
    }
}
