package io.millrace.statistics.drift;

import io.millrace.statistics.test.TwoProportions;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far one column of a window is from its reference. Figures that cannot be computed (too few values) are NaN.
 *
 * @param psi population stability index; NaN when a side has no values
 * @param bins occupied bins or categories behind it
 * @param psiBound what chance explains with probability 1 - alpha; NaN with psi
 * @param jensenShannon distance in nats over the same bins
 * @param statistic Kolmogorov-Smirnov D of the two samples (numeric) or chi-square of homogeneity (categorical)
 * @param pValue of the statistic
 * @param effect Wasserstein distance in reference standard deviations (numeric) or Cramer's V (categorical)
 * @param referenceRows rows with a value in the reference
 * @param currentRows rows with a value in the window
 * @param referenceNullRate in [0, 1]
 * @param currentNullRate in [0, 1]
 * @param nullRatePValue two-sided test that both null rates are equal; 1 when a side has no rows
 */
public record ColumnDrift(
        double psi,
        int bins,
        double psiBound,
        double jensenShannon,
        double statistic,
        double pValue,
        double effect,
        long referenceRows,
        long currentRows,
        double referenceNullRate,
        double currentNullRate,
        double nullRatePValue) {

    /** Every column of the reference that the current profile has, by name. */
    public static Map<String, ColumnDrift> compare(Profile reference, Profile current, double alpha) {
        Map<String, ColumnDrift> drift = new TreeMap<>();
        reference.numeric().forEach((name, column) -> {
            NumericProfile now = current.numeric().get(name);
            if (now != null) {
                drift.put(name, compare(column, now, alpha));
            }
        });
        reference.categorical().forEach((name, column) -> {
            CategoricalProfile now = current.categorical().get(name);
            if (now != null) {
                drift.put(name, compare(column, now, alpha));
            }
        });
        return drift;
    }

    /** One numeric column; both profiles must be on the same edges. */
    public static ColumnDrift compare(NumericProfile reference, NumericProfile current, double alpha) {
        double nulls = nullRates(reference.count(), reference.nulls(), current.count(), current.nulls());
        if (reference.count() == 0 || current.count() == 0) {
            return undefined(reference.count(), current.count(), reference.nullRate(), current.nullRate(), nulls);
        }
        Psi psi = Psi.of(reference.histogram(), current.histogram());
        boolean testable = reference.sample().length > 1 && current.sample().length > 1;
        KolmogorovSmirnov ks = testable
                ? KolmogorovSmirnov.of(reference.sample(), current.sample())
                : new KolmogorovSmirnov(Double.NaN, Double.NaN);
        return new ColumnDrift(
                psi.value(),
                psi.bins(),
                psi.bound(alpha),
                JensenShannon.distance(reference.counts(), current.counts()),
                ks.statistic(),
                ks.pValue(),
                Wasserstein.standardised(reference.sample(), current.sample(), Math.sqrt(reference.variance())),
                reference.count(),
                current.count(),
                reference.nullRate(),
                current.nullRate(),
                nulls);
    }

    /** One text column. */
    public static ColumnDrift compare(CategoricalProfile reference, CategoricalProfile current, double alpha) {
        double nulls = nullRates(reference.count(), reference.nulls(), current.count(), current.nulls());
        if (reference.count() == 0 || current.count() == 0) {
            return undefined(reference.count(), current.count(), reference.nullRate(), current.nullRate(), nulls);
        }
        long[][] aligned = Categories.align(reference.categories(), current.categories());
        Psi psi = Psi.of(aligned[0], aligned[1]);
        ChiSquare chi = ChiSquare.homogeneity(aligned[0], aligned[1]);
        return new ColumnDrift(
                psi.value(),
                psi.bins(),
                psi.bound(alpha),
                JensenShannon.distance(aligned[0], aligned[1]),
                chi.statistic(),
                chi.pValue(),
                chi.cramersV(),
                reference.count(),
                current.count(),
                reference.nullRate(),
                current.nullRate(),
                nulls);
    }

    private static ColumnDrift undefined(
            long reference, long current, double referenceNulls, double currentNulls, double nullP) {
        double none = Double.NaN;
        return new ColumnDrift(
                none, 0, none, none, none, none, none, reference, current, referenceNulls, currentNulls, nullP);
    }

    private static double nullRates(long count, long nulls, long currentCount, long currentNulls) {
        long rows = count + nulls;
        long currentRows = currentCount + currentNulls;
        return rows == 0 || currentRows == 0
                ? 1
                : TwoProportions.of(nulls, rows, currentNulls, currentRows).pValue();
    }
}
