package io.millrace.monitoring.quality;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One realised metric of one arm and version over {@code [startsAt, endsAt)} of event time.
 *
 * @param lowerBound lower end of the 95 % interval, where the metric has one
 * @param labelCount predictions with a known truth
 * @param rowCount predictions in all
 */
public record QualityMeasure(
        String arm,
        String model,
        int version,
        Instant startsAt,
        Instant endsAt,
        String metric,
        @Nullable Double value,
        @Nullable Double lowerBound,
        @Nullable Double upperBound,
        long labelCount,
        long rowCount) {}
