package io.millrace.statistics.drift;

import java.util.SplittableRandom;

/** Samples whose figures were computed with SciPy, NumPy and R. */
final class Samples {

    /** Without ties. */
    static final double[] REFERENCE = {
        2.1, 2.9, 3.4, 3.8, 4.1, 4.5, 4.7, 5.0, 5.2, 5.3, 5.6, 5.8, 6.0, 6.1, 6.4, 6.6, 6.9, 7.1, 7.5, 7.8, 8.3, 8.9,
        9.4, 10.2
    };

    static final double[] CURRENT = {
        3.9, 4.8, 5.1, 5.7, 6.2, 6.5, 6.7, 7.0, 7.3, 7.4, 7.7, 8.0, 8.2, 8.6, 9.0, 9.3, 9.9, 10.5, 11.1, 12.4
    };

    /** With ties. */
    static final double[] TIED_REFERENCE = {1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5};

    static final double[] TIED_CURRENT = {2, 3, 3, 4, 4, 4, 5, 5, 6, 6};

    private Samples() {}

    /** Sums of twelve uniforms, nearly standard normal, plus a shift. */
    static double[] normal(long seed, int size, double shift) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[size];
        for (int i = 0; i < size; i++) {
            double sum = 0;
            for (int k = 0; k < 12; k++) {
                sum += random.nextDouble();
            }
            values[i] = sum - 6 + shift;
        }
        return values;
    }
}
