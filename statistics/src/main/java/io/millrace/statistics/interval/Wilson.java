package io.millrace.statistics.interval;

/** Wilson's score interval of a proportion: sound for small samples and for proportions near 0 and 1. */
public final class Wilson {

    private Wilson() {}

    /**
     * Interval of successes / trials.
     *
     * @param trials positive
     */
    public static Interval of(long successes, long trials, double confidence) {
        if (trials <= 0 || successes < 0 || successes > trials) {
            throw new IllegalArgumentException("successes, trials: " + successes + " of " + trials);
        }
        double z = Interval.quantile(confidence);
        double share = (double) successes / trials;
        double scale = 1 + z * z / trials;
        double centre = (share + z * z / (2.0 * trials)) / scale;
        double half = z / scale * Math.sqrt(share * (1 - share) / trials + z * z / (4.0 * trials * trials));
        // At 0 and at all successes the end is exact; rounding would leave 1e-17 or put it outside.
        double lower = successes == 0 ? 0 : Math.max(0, centre - half);
        double upper = successes == trials ? 1 : Math.min(1, centre + half);
        return new Interval(share, lower, upper, confidence);
    }
}
