package io.millrace.serving.route;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.millrace.serving.model.VersionId;
import java.time.Duration;

/** Meters of one version behind one arm, looked up once when the route is built. */
public final class ArmMeters {

    private final Counter answered;
    private final Counter refused;
    private final Counter failed;
    private final Counter rows;
    private final Timer latency;

    ArmMeters(MeterRegistry registry, String endpoint, String arm, VersionId version) {
        Tags tags =
                Tags.of("endpoint", endpoint, "arm", arm, "model", version.model(), "version", "" + version.version());
        this.answered = requests(registry, tags, "ok");
        this.refused = requests(registry, tags, "invalid");
        this.failed = requests(registry, tags, "error");
        this.rows = Counter.builder("millrace.serving.rows")
                .description("Rows predicted")
                .tags(tags)
                .register(registry);
        // Prometheus' usual buckets start at 5 ms, where every answer of a tabular model would be one bar.
        this.latency = Timer.builder("millrace.serving.latency")
                .description("Time to check the input and predict")
                .tags(tags)
                .serviceLevelObjectives(
                        Duration.ofNanos(250_000),
                        Duration.ofNanos(500_000),
                        Duration.ofMillis(1),
                        Duration.ofNanos(2_500_000),
                        Duration.ofMillis(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(25),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(2))
                .register(registry);
    }

    private static Counter requests(MeterRegistry registry, Tags tags, String outcome) {
        return Counter.builder("millrace.serving.requests")
                .description("Requests by outcome: ok, invalid (the input does not fit), error (the model failed)")
                .tags(tags)
                .tag("outcome", outcome)
                .register(registry);
    }

    /** A request of {@code size} rows was answered. */
    public void answered(int size, Duration took) {
        answered.increment();
        rows.increment(size);
        latency.record(took);
    }

    /** The input did not fit the signature. */
    public void refused() {
        refused.increment();
    }

    /** The model could not predict. */
    public void failed() {
        failed.increment();
    }
}
