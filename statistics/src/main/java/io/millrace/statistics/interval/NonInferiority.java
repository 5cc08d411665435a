package io.millrace.statistics.interval;

import io.millrace.statistics.metric.Direction;
import java.util.OptionalLong;

/**
 * Three-way answer to "is the candidate not worse than the champion by more than a margin?". With margin 0 it is the question
 * "is it better?", with a negative margin "is it better by at least that much?".
 *
 * @param outcome see {@link Outcome}
 * @param gain how much better the candidate is, in the metric's good direction (negative: worse)
 * @param neededRows rows that would show it with 80% power if the gain seen is the true one; empty when it is shown or refuted,
 *     or when no number of rows would (the gain seen is itself at or under the margin)
 */
public record NonInferiority(Outcome outcome, Interval gain, OptionalLong neededRows) {

    private static final double POWER = 0.8;

    /** What the data show. */
    public enum Outcome {
        /** The whole interval is on the good side of the margin. */
        PASS,
        /** The whole interval is on the bad side: shown to be worse. */
        FAIL,
        /** Neither: more rows are needed, or a person. */
        INCONCLUSIVE
    }

    /**
     * Decides from an interval of the difference, candidate minus champion, in the metric's own unit.
     *
     * @param difference confidence 1 - 2 alpha for one-sided level alpha
     * @param margin accepted loss, in the metric's unit
     * @param rows rows behind the interval
     */
    public static NonInferiority decide(Interval difference, Direction direction, double margin, long rows) {
        if (Double.isNaN(margin) || Double.isInfinite(margin)) {
            throw new IllegalArgumentException("margin: " + margin);
        }
        Interval gain = direction == Direction.HIGHER ? difference : difference.negated();
        if (gain.defined() && gain.lower() > -margin) {
            return new NonInferiority(Outcome.PASS, gain, OptionalLong.empty());
        }
        if (gain.defined() && gain.upper() < -margin) {
            return new NonInferiority(Outcome.FAIL, gain, OptionalLong.empty());
        }
        return new NonInferiority(Outcome.INCONCLUSIVE, gain, needed(gain, margin, rows));
    }

    private static OptionalLong needed(Interval gain, double margin, long rows) {
        double distance = gain.estimate() + margin;
        double half = gain.estimate() - gain.lower();
        if (!gain.defined() || !(distance > 0) || !(half > 0)) {
            return OptionalLong.empty();
        }
        double z = Interval.quantile(gain.confidence());
        double scale = half / z * (z + SampleSize.upperQuantile(1 - POWER)) / distance;
        double needed = Math.ceil(rows * scale * scale);
        return needed < Long.MAX_VALUE ? OptionalLong.of((long) needed) : OptionalLong.empty();
    }
}
