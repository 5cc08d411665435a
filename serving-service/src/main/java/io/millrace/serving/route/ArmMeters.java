package io.millrace.serving.route;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.millrace.serving.model.VersionId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Meters of one version behind one arm, looked up once when the route is built. */
public final class ArmMeters {

    /** Sums, not Micrometer's counters, which look for a trace each time. */
    private final LongAdder answered = new LongAdder();

    private final LongAdder refused = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder rows = new LongAdder();
    private final Timer latency;
    private final Tags tags;
    private final LongAdder inputNanos = new LongAdder();
    private final LongAdder inferNanos = new LongAdder();
    private final LongAdder outputNanos = new LongAdder();
    private final AtomicLong lastInference = new AtomicLong();

    ArmMeters(MeterRegistry registry, String endpoint, String arm, VersionId version) {
        this.tags =
                Tags.of("endpoint", endpoint, "arm", arm, "model", version.model(), "version", "" + version.version());
        stage(registry, tags, "input", inputNanos);
        stage(registry, tags, "infer", inferNanos);
        stage(registry, tags, "output", outputNanos);
        requests(registry, tags, "ok", answered);
        requests(registry, tags, "invalid", refused);
        requests(registry, tags, "error", failed);
        FunctionCounter.builder("millrace.serving.rows", rows, LongAdder::sum)
                .description("Rows predicted")
                .tags(tags)
                .register(registry);
        // Prometheus' usual buckets start at 5 ms, where every answer of a tabular model would be one bar.
        this.latency = Timer.builder("millrace.serving.latency")
                .description("Time to check the input and predict")
                .tags(tags)
                // HdrHistogram, of the last one to two minutes, to one part in a hundred. Each record goes to all
                // buffers.
                .publishPercentiles(0.5, 0.95, 0.99)
                .percentilePrecision(2)
                .distributionStatisticExpiry(Duration.ofMinutes(2))
                .distributionStatisticBufferLength(2)
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

    private static void stage(MeterRegistry registry, Tags tags, String stage, LongAdder nanos) {
        FunctionCounter.builder("millrace.serving.compute", nanos, sum -> sum.sum() / 1e9)
                .baseUnit("seconds")
                .description(
                        "Time of answered requests by stage: input (read and check), infer (model), output (answer)")
                .tags(tags)
                .tag("stage", stage)
                .register(registry);
    }

    /** Takes every meter of this version out of the registry. */
    void remove(MeterRegistry registry) {
        List.copyOf(registry.getMeters()).stream()
                .filter(meter -> meter.getId().getName().startsWith("millrace.serving."))
                .filter(meter ->
                        meter.getId().getTags().containsAll(tags.stream().toList()))
                .forEach(registry::remove);
    }

    /** Time of an answered request by stage, in nanoseconds, and when it came, in milliseconds since 1970. */
    public void timed(long input, long infer, long output, long receivedAt) {
        inputNanos.add(input);
        inferNanos.add(infer);
        outputNanos.add(output);
        lastInference.accumulateAndGet(receivedAt, Math::max);
    }

    /**
     * Time by stage since the version was routed first, in nanoseconds, for the requests answered.
     *
     * @param lastInference in milliseconds since 1970; 0 when there was none
     */
    public record Stages(long input, long infer, long output, long lastInference) {}

    public Stages stages() {
        return new Stages(inputNanos.sum(), inferNanos.sum(), outputNanos.sum(), lastInference.get());
    }

    private static void requests(MeterRegistry registry, Tags tags, String outcome, LongAdder count) {
        FunctionCounter.builder("millrace.serving.requests", count, LongAdder::sum)
                .description("Requests by outcome: ok, invalid (the input does not fit), error (the model failed)")
                .tags(tags)
                .tag("outcome", outcome)
                .register(registry);
    }

    /**
     * What was counted since the start.
     *
     * @param nanos spent on the requests answered
     */
    public record Totals(long answered, long rows, long nanos, long failed) {}

    public Totals totals() {
        return new Totals(
                answered.sum(),
                rows.sum(),
                (long) latency.totalTime(TimeUnit.NANOSECONDS),
                refused.sum() + failed.sum());
    }

    /** A request of {@code size} rows was answered. */
    public void answered(int size, Duration took) {
        answered.increment();
        rows.add(size);
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
