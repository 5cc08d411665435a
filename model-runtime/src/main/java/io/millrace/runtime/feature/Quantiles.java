package io.millrace.runtime.feature;

import java.util.Arrays;

/** Quantile cut points and the bin of a value. */
final class Quantiles {

    private Quantiles() {}

    /** Linear interpolation between order statistics (type 7) of sorted values without NaN. */
    static double quantile(double[] sorted, double p) {
        double at = p * (sorted.length - 1);
        int low = (int) Math.floor(at);
        int high = Math.min(low + 1, sorted.length - 1);
        return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
    }

    /**
     * At most {@code bins - 1} ascending cut points that split the sorted values into bins of about equal size; values that
     * are few get a bin each. Every cut lies between two distinct values.
     */
    static double[] cuts(double[] sorted, int bins) {
        double[] distinct = Arrays.stream(sorted).distinct().toArray();
        if (distinct.length <= bins) {
            double[] cuts = new double[Math.max(0, distinct.length - 1)];
            Arrays.setAll(cuts, i -> between(distinct[i], distinct[i + 1]));
            return cuts;
        }
        double[] cuts = new double[bins - 1];
        int found = 0;
        for (int i = 1; i < bins; i++) {
            int at = (int) ((long) i * sorted.length / bins);
            double upper = sorted[at];
            int first = lowerBound(sorted, upper);
            if (first == 0) {
                continue;
            }
            double cut = between(sorted[first - 1], upper);
            if (found == 0 || cut > cuts[found - 1]) {
                cuts[found++] = cut;
            }
        }
        return Arrays.copyOf(cuts, found);
    }

    /** A number at or above {@code low} and below {@code high}. */
    private static double between(double low, double high) {
        double middle = low + (high - low) / 2;
        return middle < high ? middle : low;
    }

    private static int lowerBound(double[] sorted, double value) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** How many cut points are below the value: bin i holds (cut i-1, cut i]. */
    static int bin(double[] cuts, double value) {
        return lowerBound(cuts, value);
    }
}
