package io.millrace.statistics.test;

/** Holm's step-down procedure: bounds the probability of any false alarm. */
public final class Holm {

    private Holm() {}

    /**
     * Adjusted p-values in the order given; a test is significant at level alpha when its adjusted value is at most alpha.
     *
     * @param pValues in [0, 1]
     * @throws IllegalArgumentException for a value outside [0, 1] or NaN
     */
    public static double[] adjust(double[] pValues) {
        int[] order = PValues.ascending(pValues);
        double[] adjusted = new double[pValues.length];
        double largest = 0;
        for (int rank = 0; rank < order.length; rank++) {
            int i = order[rank];
            largest = Math.max(largest, Math.min(1, pValues[i] * (order.length - rank)));
            adjusted[i] = largest;
        }
        return adjusted;
    }

    /** Which tests are significant at family-wise level alpha. */
    public static boolean[] reject(double[] pValues, double alpha) {
        return PValues.atMost(adjust(pValues), alpha);
    }
}
