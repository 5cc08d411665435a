package io.millrace.serving.route;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.millrace.serving.model.VersionId;
import io.millrace.serving.predictionlog.Comparison;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** How the answers of a shadow's version compare with those that callers got, by the arm that gave these. */
public final class ShadowMeters {

    private final Map<String, Arm> arms = new TreeMap<>();
    private final DistributionSummary latency;

    private record Arm(Counter agreed, Counter differed, DistributionSummary distance) {}

    /** @param primaries names of the arms that callers may be answered by */
    ShadowMeters(MeterRegistry registry, String endpoint, String arm, VersionId version, Iterable<String> primaries) {
        Tags tags =
                Tags.of("endpoint", endpoint, "arm", arm, "model", version.model(), "version", "" + version.version());
        for (String primary : primaries) {
            Tags both = tags.and("primary", primary);
            arms.put(
                    primary,
                    new Arm(
                            counter(registry, both, "true"),
                            counter(registry, both, "false"),
                            summary(
                                    registry,
                                    both,
                                    "millrace.serving.shadow.distance",
                                    "Distance between a shadow's score and the one that the caller got")));
        }
        this.latency = summary(
                registry,
                tags,
                "millrace.serving.shadow.latency.ratio",
                "How many times as long as the answer that the caller got a shadow's answer took");
    }

    private static Counter counter(MeterRegistry registry, Tags tags, String agrees) {
        return Counter.builder("millrace.serving.shadow.rows")
                .description("Rows of a shadow by whether it decided and labelled as the arm that the caller got")
                .tags(tags)
                .tag("agrees", agrees)
                .register(registry);
    }

    private static DistributionSummary summary(MeterRegistry registry, Tags tags, String name, String description) {
        return DistributionSummary.builder(name)
                .description(description)
                .tags(tags)
                .publishPercentiles(0.5, 0.95, 0.99)
                .distributionStatisticExpiry(Duration.ofMinutes(2))
                .register(registry);
    }

    /** A row that both answered. */
    public void compared(String primary, Comparison row) {
        Arm arm = arms.get(primary);
        if (arm != null) {
            (row.agrees() ? arm.agreed : arm.differed).increment();
            if (row.distance() != null) {
                arm.distance.record(row.distance());
            }
        }
    }

    /** How long a request took both. */
    public void latency(Duration primary, Duration shadow) {
        latency.record((double) shadow.toNanos() / Math.max(1, primary.toNanos()));
    }
}
