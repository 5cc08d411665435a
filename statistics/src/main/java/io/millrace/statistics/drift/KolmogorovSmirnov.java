package io.millrace.statistics.drift;

import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.KolmogorovSmirnovTest;
import org.apache.commons.statistics.inference.PValueMethod;

/**
 * Two-sided two-sample Kolmogorov-Smirnov test. With ties the exact p-value ignores them, as SciPy's does, which makes it
 * conservative.
 *
 * @param statistic D, the largest distance of the two empirical distribution functions, in [0, 1]
 * @param pValue in [0, 1]
 */
public record KolmogorovSmirnov(double statistic, double pValue) {

    /** Largest sample for which {@link #of} computes the exact p-value. */
    public static final int EXACT_LIMIT = 10_000;

    /** Exact while both samples have at most {@link #EXACT_LIMIT} values, asymptotic above. */
    public static KolmogorovSmirnov of(double[] reference, double[] current) {
        return Math.max(reference.length, current.length) <= EXACT_LIMIT
                ? exact(reference, current)
                : asymptotic(reference, current);
    }

    /** Exact p-value: O(n m) time. */
    public static KolmogorovSmirnov exact(double[] reference, double[] current) {
        return run(reference, current, PValueMethod.EXACT);
    }

    /** P-value of the one-sample distribution at n m / (n + m) values, rounded. */
    public static KolmogorovSmirnov asymptotic(double[] reference, double[] current) {
        return run(reference, current, PValueMethod.ASYMPTOTIC);
    }

    private static KolmogorovSmirnov run(double[] reference, double[] current, PValueMethod method) {
        double[] left = Quantiles.sortedFinite(reference);
        double[] right = Quantiles.sortedFinite(current);
        if (left.length < 2 || right.length < 2) {
            throw new IllegalArgumentException("samples: need at least two finite values each");
        }
        KolmogorovSmirnovTest.TwoResult result = KolmogorovSmirnovTest.withDefaults()
                .with(AlternativeHypothesis.TWO_SIDED)
                .with(method)
                .test(left, right);
        return new KolmogorovSmirnov(result.getStatistic(), result.getPValue());
    }
}
