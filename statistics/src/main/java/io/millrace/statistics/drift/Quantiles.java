package io.millrace.statistics.drift;

import java.util.Arrays;

/** Sample quantiles of Hyndman and Fan's type 7 (the default of R and NumPy), and the bin edges made from them. */
public final class Quantiles {

    private Quantiles() {}

    /**
     * Type 7 quantile.
     *
     * @param sorted ascending values, at least one
     * @param probability in [0, 1]
     */
    public static double type7(double[] sorted, double probability) {
        if (sorted.length == 0) {
            throw new IllegalArgumentException("sorted: no values");
        }
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("probability: " + probability);
        }
        double position = (sorted.length - 1) * probability;
        int below = (int) Math.floor(position);
        int above = Math.min(below + 1, sorted.length - 1);
        // Equal neighbours are returned untouched, so that an edge equals the value that made it.
        return sorted[below] == sorted[above]
                ? sorted[below]
                : sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    /** The nine inner deciles, repeated where values are tied. */
    public static double[] deciles(double[] sorted) {
        double[] deciles = new double[9];
        for (int i = 0; i < deciles.length; i++) {
            deciles[i] = type7(sorted, (i + 1) / 10.0);
        }
        return deciles;
    }

    /**
     * Distinct inner deciles as bin edges; empty for no values. Where the smallest value is itself an edge, one more edge is
     * put just under it: otherwise values below all of the reference would share a bin with it and a constant column could
     * never drift downwards.
     */
    public static double[] decileEdges(double[] sorted) {
        if (sorted.length == 0) {
            return new double[0];
        }
        double[] distinct = Arrays.stream(deciles(sorted)).distinct().toArray();
        if (distinct[0] > sorted[0]) {
            return distinct;
        }
        double[] guarded = new double[distinct.length + 1];
        guarded[0] = Math.nextDown(sorted[0]);
        System.arraycopy(distinct, 0, guarded, 1, distinct.length);
        return guarded;
    }

    /** Ascending copy of the finite values. */
    public static double[] sortedFinite(double[] values) {
        return Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
    }
}
