package io.millrace.statistics.interval;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * An estimate with a two-sided interval. Each end is also a one-sided bound of confidence {@code (1 + confidence) / 2}: take
 * confidence 0.90 for one-sided 95% bounds.
 *
 * @param estimate the point estimate
 * @param lower not above upper
 * @param upper not below lower
 * @param confidence in (0, 1)
 */
public record Interval(double estimate, double lower, double upper, double confidence) {

    public Interval {
        requireConfidence(confidence);
        if (lower > upper) {
            throw new IllegalArgumentException("lower: " + lower + " above upper " + upper);
        }
    }

    /** Estimate plus and minus the normal quantile times the standard error. */
    public static Interval normal(double estimate, double standardError, double confidence) {
        double half = quantile(confidence) * standardError;
        return new Interval(estimate, estimate - half, estimate + half, confidence);
    }

    /** Whether no part of it is NaN. */
    public boolean defined() {
        return !Double.isNaN(estimate) && !Double.isNaN(lower) && !Double.isNaN(upper);
    }

    /** The interval of the negated quantity. */
    public Interval negated() {
        // Subtraction, because negation would turn 0 into -0.
        return new Interval(0 - estimate, 0 - upper, 0 - lower, confidence);
    }

    /** Two-sided normal quantile: 1.96 for 0.95. */
    static double quantile(double confidence) {
        requireConfidence(confidence);
        return NormalDistribution.of(0, 1).inverseSurvivalProbability((1 - confidence) / 2);
    }

    static void requireConfidence(double confidence) {
        if (!(confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException("confidence: " + confidence + " is not in (0, 1)");
        }
    }
}
