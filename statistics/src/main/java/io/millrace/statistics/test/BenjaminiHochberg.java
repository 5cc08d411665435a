package io.millrace.statistics.test;

/** Benjamini and Hochberg's step-up procedure: bounds the expected share of false alarms among the alarms. */
public final class BenjaminiHochberg {

    private BenjaminiHochberg() {}

    /**
     * Adjusted p-values in the order given; a test is significant at rate q when its adjusted value is at most q.
     *
     * @param pValues in [0, 1]
     * @throws IllegalArgumentException for a value outside [0, 1] or NaN: leave out tests without a result
     */
    public static double[] adjust(double[] pValues) {
        int[] order = PValues.ascending(pValues);
        double[] adjusted = new double[pValues.length];
        double smallest = 1;
        for (int rank = order.length; rank >= 1; rank--) {
            int i = order[rank - 1];
            smallest = Math.min(smallest, pValues[i] * order.length / rank);
            adjusted[i] = smallest;
        }
        return adjusted;
    }

    /** Which tests are significant at false discovery rate q, ties included. */
    public static boolean[] reject(double[] pValues, double q) {
        return PValues.atMost(adjust(pValues), q);
    }
}
