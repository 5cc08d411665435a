package io.millrace.statistics.drift;

/** First Wasserstein distance (earth mover's) of two samples. */
public final class Wasserstein {

    /** Smallest standard deviation divided by, so that a constant reference gives a finite figure. */
    public static final double SMALLEST_DEVIATION = 0.001;

    private Wasserstein() {}

    /**
     * Area between the two empirical distribution functions, in the unit of the column. NaN and infinities are left out.
     *
     * @throws IllegalArgumentException when a side has no finite value
     */
    public static double distance(double[] reference, double[] current) {
        double[] left = Quantiles.sortedFinite(reference);
        double[] right = Quantiles.sortedFinite(current);
        if (left.length == 0 || right.length == 0) {
            throw new IllegalArgumentException("samples: no finite values");
        }
        int i = 0;
        int j = 0;
        double area = 0;
        double previous = Math.min(left[0], right[0]);
        while (i < left.length || j < right.length) {
            double next = i == left.length ? right[j] : j == right.length ? left[i] : Math.min(left[i], right[j]);
            area += Math.abs((double) i / left.length - (double) j / right.length) * (next - previous);
            while (i < left.length && left[i] == next) {
                i++;
            }
            while (j < right.length && right[j] == next) {
                j++;
            }
            previous = next;
        }
        return area;
    }

    /** Distance in population standard deviations of the reference, floored at {@link #SMALLEST_DEVIATION}. */
    public static double standardised(double[] reference, double[] current) {
        double[] finite = Quantiles.sortedFinite(reference);
        double mean = 0;
        for (double value : finite) {
            mean += value / finite.length;
        }
        double squares = 0;
        for (double value : finite) {
            squares += (value - mean) * (value - mean);
        }
        return standardised(reference, current, Math.sqrt(squares / finite.length));
    }

    /** Distance in units of a standard deviation known from all rows of the reference. */
    public static double standardised(double[] reference, double[] current, double deviation) {
        return distance(reference, current) / Math.max(deviation, SMALLEST_DEVIATION);
    }
}
