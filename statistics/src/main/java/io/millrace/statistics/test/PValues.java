package io.millrace.statistics.test;

import java.util.Comparator;
import java.util.stream.IntStream;

/** What both corrections for many tests share. */
final class PValues {

    private PValues() {}

    static int[] ascending(double[] pValues) {
        for (double p : pValues) {
            if (!(p >= 0 && p <= 1)) {
                throw new IllegalArgumentException("pValues: " + p + " is not in [0, 1]");
            }
        }
        return IntStream.range(0, pValues.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> pValues[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    static boolean[] atMost(double[] adjusted, double level) {
        boolean[] rejected = new boolean[adjusted.length];
        for (int i = 0; i < adjusted.length; i++) {
            rejected[i] = adjusted[i] <= level;
        }
        return rejected;
    }
}
