package io.millrace.statistics.drift;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * Population stability index: sum of (q - p) ln(q / p) over bins, shares floored at {@link #FLOOR} and not renormalised.
 *
 * @param value the index, 0 for equal shares
 * @param bins bins that hold a row of either side (k; k - 1 degrees of freedom)
 * @param referenceRows rows with a value in the reference
 * @param currentRows rows with a value in the current data
 */
public record Psi(double value, int bins, long referenceRows, long currentRows) {

    /** Smallest share of a bin: an empty bin counts as one row in ten thousand. */
    public static final double FLOOR = 1e-4;

    /**
     * From counts over the same bins.
     *
     * @throws IllegalArgumentException when the bins differ in number or a side has no rows
     */
    public static Psi of(long[] reference, long[] current) {
        Counts.requireSameBins(reference, current);
        double[] expected = Counts.shares(reference);
        double[] actual = Counts.shares(current);
        double sum = 0;
        for (int i = 0; i < expected.length; i++) {
            double p = Math.max(expected[i], FLOOR);
            double q = Math.max(actual[i], FLOOR);
            sum += (q - p) * Math.log(q / p);
        }
        return new Psi(sum, Counts.occupied(reference, current), Counts.total(reference), Counts.total(current));
    }

    /** From histograms on the same edges; nulls are left out. */
    public static Psi of(Histogram reference, Histogram current) {
        if (!Arrays.equals(reference.edges(), current.edges())) {
            throw new IllegalArgumentException("edges: histograms differ");
        }
        return of(reference.counts(), current.counts());
    }

    /** Over the union of categories; nulls are left out. */
    public static Psi of(Categories reference, Categories current) {
        long[][] aligned = Categories.align(reference, current);
        return of(aligned[0], aligned[1]);
    }

    /** From raw values, on the deciles of the reference; NaN and infinities are left out. */
    public static Psi deciles(double[] reference, double[] current) {
        double[] edges = Quantiles.decileEdges(Quantiles.sortedFinite(reference));
        return of(Histogram.of(edges, reference), Histogram.of(edges, current));
    }

    /** What the index stays below with probability 1 - alpha when nothing has drifted, for this many rows and bins. */
    public double bound(double alpha) {
        return bound(referenceRows, currentRows, bins, alpha);
    }

    /**
     * Without drift the index is about (1/n + 1/m) times a chi-square of bins - 1 degrees of freedom, so a fixed threshold
     * such as 0.1 fires on most small windows: 16.92 (1/200 + 1/200) = 0.169 for deciles of 200 rows each.
     *
     * @param alpha accepted probability of a false alarm, in (0, 1)
     */
    public static double bound(long referenceRows, long currentRows, int bins, double alpha) {
        if (referenceRows <= 0 || currentRows <= 0) {
            throw new IllegalArgumentException("rows: must be positive");
        }
        if (!(alpha > 0 && alpha < 1)) {
            throw new IllegalArgumentException("alpha: " + alpha);
        }
        if (bins < 2) {
            return 0;
        }
        return (1.0 / referenceRows + 1.0 / currentRows)
                * ChiSquaredDistribution.of(bins - 1).inverseSurvivalProbability(alpha);
    }

    /** At least the threshold, and above what chance explains at this sample size. */
    public boolean drifted(double threshold, double alpha) {
        return value >= threshold && value > bound(alpha);
    }
}
