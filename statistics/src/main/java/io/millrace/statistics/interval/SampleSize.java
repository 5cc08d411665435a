package io.millrace.statistics.interval;

import org.apache.commons.statistics.distribution.NormalDistribution;

/** How many rows a question needs. */
public final class SampleSize {

    private SampleSize() {}

    /**
     * Rows to show that a classifier's accuracy is not worse by more than the margin, when in truth it is equal.
     *
     * @param discordant expected share of rows on which exactly one of the two models is right, in (0, 1]
     * @param margin accepted loss of accuracy, positive
     * @param alpha one-sided level
     * @param power probability of showing it
     */
    public static long nonInferiority(double discordant, double margin, double alpha, double power) {
        if (!(discordant > 0 && discordant <= 1) || !(margin > 0)) {
            throw new IllegalArgumentException("discordant, margin: " + discordant + ", " + margin);
        }
        double z = upperQuantile(alpha) + upperQuantile(1 - power);
        return (long) Math.ceil(z * z * discordant / (margin * margin));
    }

    /**
     * Rows for an interval of a proportion with the given half width.
     *
     * @param proportion expected, in (0, 1)
     * @param halfWidth positive
     * @param confidence two-sided
     */
    public static long proportion(double proportion, double halfWidth, double confidence) {
        if (!(proportion > 0 && proportion < 1) || !(halfWidth > 0)) {
            throw new IllegalArgumentException("proportion, halfWidth: " + proportion + ", " + halfWidth);
        }
        double z = Interval.quantile(confidence);
        return (long) Math.ceil(z * z * proportion * (1 - proportion) / (halfWidth * halfWidth));
    }

    static double upperQuantile(double probability) {
        if (!(probability > 0 && probability < 1)) {
            throw new IllegalArgumentException("probability: " + probability + " is not in (0, 1)");
        }
        return NormalDistribution.of(0, 1).inverseSurvivalProbability(probability);
    }
}
