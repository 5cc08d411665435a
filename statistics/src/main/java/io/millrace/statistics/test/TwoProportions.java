package io.millrace.statistics.test;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Pooled two-sided z-test that two proportions are equal.
 *
 * @param z standardised difference, first minus second; 0 when the pooled proportion is 0 or 1
 * @param pValue in [0, 1]
 */
public record TwoProportions(double z, double pValue) {

    /** Successes of trials on either side; trials must be positive. */
    public static TwoProportions of(long successes, long trials, long otherSuccesses, long otherTrials) {
        if (trials <= 0 || otherTrials <= 0 || successes < 0 || otherSuccesses < 0) {
            throw new IllegalArgumentException("trials: must be positive");
        }
        if (successes > trials || otherSuccesses > otherTrials) {
            throw new IllegalArgumentException("successes: more than trials");
        }
        double pooled = (double) (successes + otherSuccesses) / (trials + otherTrials);
        double deviation = Math.sqrt(pooled * (1 - pooled) * (1.0 / trials + 1.0 / otherTrials));
        if (deviation == 0) {
            return new TwoProportions(0, 1);
        }
        double z = ((double) successes / trials - (double) otherSuccesses / otherTrials) / deviation;
        return new TwoProportions(z, 2 * NormalDistribution.of(0, 1).survivalProbability(Math.abs(z)));
    }
}
