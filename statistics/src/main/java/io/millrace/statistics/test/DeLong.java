package io.millrace.statistics.test;

import io.millrace.statistics.interval.Interval;
import io.millrace.statistics.metric.Ranks;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * DeLong's test of two correlated areas under the ROC curve, by mid-ranks in O(N log N) (Sun and Xu).
 *
 * @param candidate area of the candidate
 * @param champion area of the champion
 * @param variance of the difference
 * @param z difference over its standard error; 0 when both rank every row alike
 * @param pValue two-sided
 * @param positives rows of the positive class
 * @param negatives rows of the negative class
 */
public record DeLong(
        double candidate, double champion, double variance, double z, double pValue, long positives, long negatives) {

    /**
     * Compares two models on the same rows.
     *
     * @param truth 1 for positive, 0 for negative
     * @throws IllegalArgumentException when lengths differ, or there are fewer than two rows of either class
     */
    public static DeLong paired(double[] truth, double[] candidate, double[] champion) {
        if (truth.length != candidate.length || truth.length != champion.length) {
            throw new IllegalArgumentException("truth, candidate, champion: differ in length");
        }
        int positives = 0;
        for (double label : truth) {
            if (label > 0.5) {
                positives++;
            }
        }
        int negatives = truth.length - positives;
        if (positives < 2 || negatives < 2) {
            throw new IllegalArgumentException("truth: needs two rows of each class, has " + positives
                    + " positive and " + negatives + " negative");
        }
        Placements left = Placements.of(truth, candidate, positives);
        Placements right = Placements.of(truth, champion, positives);
        double variance = left.varianceOfDifference(right);
        double difference = left.area - right.area;
        if (variance < 1e-18) {
            // Both models separate the classes the same way for every row (or perfectly): the estimate collapses. With
            // no
            // difference that is the answer; with one, a bound that shrinks with the smaller class stands in for it.
            variance = Math.abs(difference) < 1e-12 ? 0 : left.conservative() + right.conservative();
        }
        double z = variance == 0 ? 0 : difference / Math.sqrt(variance);
        double p = variance == 0 ? 1 : 2 * NormalDistribution.of(0, 1).survivalProbability(Math.abs(z));
        return new DeLong(left.area, right.area, variance, z, p, positives, negatives);
    }

    /** Candidate minus champion. */
    public double difference() {
        return candidate - champion;
    }

    /** Two-sided normal interval of the difference, candidate minus champion. */
    public Interval difference(double confidence) {
        return Interval.normal(difference(), Math.sqrt(variance), confidence);
    }

    /** Share of the other class that each row is ranked on the right side of. */
    private record Placements(double area, double[] positive, double[] negative) {

        static Placements of(double[] truth, double[] score, int positives) {
            int negatives = truth.length - positives;
            double[] high = new double[positives];
            double[] low = new double[negatives];
            double[] all = new double[truth.length];
            int i = 0;
            int j = 0;
            for (int row = 0; row < truth.length; row++) {
                if (Double.isNaN(score[row])) {
                    throw new IllegalArgumentException("score: NaN in row " + row);
                }
                if (truth[row] > 0.5) {
                    high[i++] = score[row];
                } else {
                    low[j++] = score[row];
                }
            }
            System.arraycopy(high, 0, all, 0, positives);
            System.arraycopy(low, 0, all, positives, negatives);
            double[] ranks = Ranks.mid(all);
            double[] within = Ranks.mid(high);
            double[] below = Ranks.mid(low);
            double area = 0;
            for (int k = 0; k < positives; k++) {
                high[k] = (ranks[k] - within[k]) / negatives;
                area += high[k] / positives;
            }
            for (int k = 0; k < negatives; k++) {
                low[k] = 1 - (ranks[positives + k] - below[k]) / positives;
            }
            return new Placements(area, high, low);
        }

        double varianceOfDifference(Placements other) {
            return varianceOfDifference(positive, other.positive, area - other.area) / positive.length
                    + varianceOfDifference(negative, other.negative, area - other.area) / negative.length;
        }

        private static double varianceOfDifference(double[] left, double[] right, double mean) {
            double squares = 0;
            for (int i = 0; i < left.length; i++) {
                double deviation = left[i] - right[i] - mean;
                squares += deviation * deviation;
            }
            return squares / (left.length - 1);
        }

        /** Binomial variance at the area pulled towards a half by one row each way, over the smaller class. */
        double conservative() {
            double rows = Math.min(positive.length, negative.length);
            double pulled = (area * rows + 1) / (rows + 2);
            return pulled * (1 - pulled) / rows;
        }
    }
}
