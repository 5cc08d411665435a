package io.millrace.monitoring.drift;

import io.millrace.monitoring.monitor.Monitor.DriftLimits;
import io.millrace.statistics.drift.ColumnDrift;
import io.millrace.statistics.drift.Profile;
import io.millrace.statistics.test.BenjaminiHochberg;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares a window with what the version learned from.
 *
 * <p>A column has drifted when its PSI is at or over the firing limit and over what chance explains for these sample sizes.
 * The window has drifted when the given share of its columns have. The Kolmogorov-Smirnov (or chi-square) p-values, adjusted
 * by Benjamini-Hochberg over the columns, stand beside it and do not decide: with many rows every difference is significant.
 */
public final class DriftEvaluation {

    /** Effect below which a significant test is a curiosity: D of two samples, or Cramer's V. */
    private static final double MIN_EFFECT = 0.1;

    /** Nulls must also exceed the reference's rate by this much, so that a column that was always sparse stays quiet. */
    private static final double MIN_NULL_RISE = 0.05;

    private DriftEvaluation() {}

    public static DriftReport compare(Profile reference, Profile current, DriftLimits limits) {
        Map<String, ColumnDrift> columns = ColumnDrift.compare(reference, current, limits.ksAlpha());
        Map<String, Double> adjusted = adjust(columns);
        List<ColumnMeasure> measures = new ArrayList<>();
        List<String> nullColumns = new ArrayList<>();
        boolean warned = false;
        for (Map.Entry<String, ColumnDrift> entry : columns.entrySet()) {
            String name = entry.getKey();
            ColumnDrift drift = entry.getValue();
            boolean numeric = reference.numeric().containsKey(name);
            ColumnMeasure psi = psi(name, drift, numeric, limits);
            measures.add(psi);
            measures.add(test(name, drift, numeric, adjusted.get(name), limits));
            ColumnMeasure nulls = nulls(name, drift, limits);
            measures.add(nulls);
            if (nulls.state() == WindowState.DRIFTED && !name.equals(CurrentProfile.SCORE)) {
                nullColumns.add(name);
            }
            warned |= psi.state() == WindowState.WARNING || psi.state() == WindowState.DRIFTED;
        }
        List<String> drifted = columns.entrySet().stream()
                .filter(e -> !e.getKey().equals(CurrentProfile.SCORE) && drifted(e.getValue(), limits))
                .sorted(Comparator.comparingDouble(e -> -e.getValue().psi()))
                .map(Map.Entry::getKey)
                .toList();
        ColumnDrift score = columns.get(CurrentProfile.SCORE);
        int compared = columns.size() - (score == null ? 0 : 1);
        WindowState state = warned ? WindowState.WARNING : WindowState.OK;
        if (compared > 0 && drifted.size() >= limits.columnShare() * compared) {
            state = WindowState.DRIFTED;
        }
        boolean predictions = score != null && drifted(score, limits);
        return new DriftReport(state, measures, drifted, compared, predictions, nullColumns);
    }

    private static boolean drifted(ColumnDrift drift, DriftLimits limits) {
        // NaN, where a side has no values, compares as not drifted; its nulls tell of it.
        return drift.psi() >= limits.psiFire() && drift.psi() > drift.psiBound();
    }

    private static Map<String, Double> adjust(Map<String, ColumnDrift> columns) {
        List<Map.Entry<String, ColumnDrift>> tested = columns.entrySet().stream()
                .filter(e -> !Double.isNaN(e.getValue().pValue()))
                .toList();
        double[] adjusted = BenjaminiHochberg.adjust(
                tested.stream().mapToDouble(e -> e.getValue().pValue()).toArray());
        Map<String, Double> byName = new HashMap<>();
        for (int i = 0; i < adjusted.length; i++) {
            byName.put(tested.get(i).getKey(), adjusted[i]);
        }
        return byName;
    }

    private static ColumnMeasure psi(String name, ColumnDrift drift, boolean numeric, DriftLimits limits) {
        WindowState state = WindowState.OK;
        if (Double.isNaN(drift.psi())) {
            state = WindowState.INSUFFICIENT;
        } else if (drifted(drift, limits)) {
            state = WindowState.DRIFTED;
        } else if (drift.psi() >= limits.psiWarn() && drift.psi() > drift.psiBound()) {
            state = WindowState.WARNING;
        }
        String measure = numeric ? "psi[deciles]" : "psi[categories]";
        return new ColumnMeasure(name, measure, drift.psi(), null, null, limits.psiFire(), drift.currentRows(), state);
    }

    private static ColumnMeasure test(
            String name, ColumnDrift drift, boolean numeric, @Nullable Double adjusted, DriftLimits limits) {
        double effect = numeric ? drift.statistic() : drift.effect();
        WindowState state = WindowState.OK;
        if (adjusted == null) {
            state = WindowState.INSUFFICIENT;
        } else if (adjusted < limits.ksAlpha() && effect >= MIN_EFFECT) {
            state = WindowState.DRIFTED;
        }
        String measure = numeric ? "ks[two-sample]" : "chi2[homogeneity]";
        Double p = Double.isNaN(drift.pValue()) ? null : drift.pValue();
        return new ColumnMeasure(
                name, measure, drift.statistic(), p, adjusted, limits.ksAlpha(), drift.currentRows(), state);
    }

    private static ColumnMeasure nulls(String name, ColumnDrift drift, DriftLimits limits) {
        boolean over = drift.currentNullRate() >= limits.nullRate()
                && drift.currentNullRate() >= drift.referenceNullRate() + MIN_NULL_RISE
                && drift.nullRatePValue() < limits.ksAlpha();
        return new ColumnMeasure(
                name,
                "null_rate",
                drift.currentNullRate(),
                drift.nullRatePValue(),
                null,
                limits.nullRate(),
                drift.currentRows(),
                over ? WindowState.DRIFTED : WindowState.OK);
    }
}
