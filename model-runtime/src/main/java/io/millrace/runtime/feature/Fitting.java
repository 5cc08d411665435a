package io.millrace.runtime.feature;

import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Learns the numbers a feature needs from training rows. */
final class Fitting {

    private Fitting() {}

    static List<FittedFeature> number(
            Rows train, Column column, boolean standardise, boolean indicator, boolean log1p) {
        numeric(column, log1p ? "log1p" : "numeric");
        double[] present = present(train, column);
        if (log1p) {
            for (int i = 0; i < present.length; i++) {
                if (present[i] < 0) {
                    throw new IllegalArgumentException(
                            "log1p " + column.name() + ": the training rows hold a negative number, " + present[i]);
                }
                present[i] = Math.log1p(present[i]);
            }
        }
        Arrays.sort(present);
        double fill = present.length == 0 ? 0 : Quantiles.quantile(present, 0.5);
        double mean = 0;
        double scale = 1;
        if (standardise && present.length > 0) {
            // Missing rows are filled before scaling, so they count in the mean as well.
            int rows = train.size();
            double missing = rows - present.length;
            double sum = missing * fill;
            for (double value : present) {
                sum += value;
            }
            mean = sum / rows;
            double squares = missing * (fill - mean) * (fill - mean);
            for (double value : present) {
                squares += (value - mean) * (value - mean);
            }
            double deviation = Math.sqrt(squares / rows);
            scale = deviation > 1e-12 * Math.max(1, Math.abs(mean)) && Double.isFinite(deviation) ? deviation : 1;
        }
        List<FittedFeature> fitted = new ArrayList<>();
        fitted.add(new FittedFeature.Scaled(column.name(), log1p, fill, mean, scale));
        if (indicator) {
            fitted.add(new FittedFeature.Missing(column.name()));
        }
        return fitted;
    }

    static List<FittedFeature> oneHot(Rows train, Column column, int maxCategories, boolean other) {
        if (column.type() == ColumnType.FLOAT64 || column.type() == ColumnType.TIMESTAMP) {
            throw new IllegalArgumentException(
                    "onehot " + column.name() + " needs STRING, INT64 or BOOL, the column is " + column.type());
        }
        Map<String, Integer> counts = new TreeMap<>();
        for (int row = 0; row < train.size(); row++) {
            Object value = train.value(column.name(), row);
            counts.merge(value == null ? FittedFeature.Categories.MISSING : value.toString(), 1, Integer::sum);
        }
        List<String> kept = counts.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<String, Integer> entry) -> -entry.getValue())
                        .thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getKey)
                // A value that really is "__other__" shares the feature of the others.
                .filter(value -> !value.equals(FittedFeature.Categories.OTHER))
                .limit(maxCategories)
                .sorted()
                .toList();
        return List.of(new FittedFeature.Categories(column.name(), kept, other));
    }

    static List<FittedFeature> bins(Rows train, Column column, int quantiles) {
        numeric(column, "bin");
        double[] present = present(train, column);
        Arrays.sort(present);
        return List.of(new FittedFeature.Bins(column.name(), Quantiles.cuts(present, quantiles)));
    }

    static List<FittedFeature> datetime(Column column, List<DatePart> parts, boolean cyclic, String zone) {
        if (column.type() != ColumnType.TIMESTAMP) {
            throw new IllegalArgumentException(
                    "datetime " + column.name() + " needs TIMESTAMP, the column is " + column.type());
        }
        List<FittedFeature> fitted = new ArrayList<>();
        for (DatePart part : parts) {
            fitted.add(new FittedFeature.TimePart(column.name(), part, cyclic, zone));
        }
        return fitted;
    }

    private static void numeric(Column column, String feature) {
        if (!column.type().isNumeric() || column.type() == ColumnType.TIMESTAMP) {
            throw new IllegalArgumentException(
                    feature + " " + column.name() + " needs a number, the column is " + column.type());
        }
    }

    private static double[] present(Rows train, Column column) {
        return Arrays.stream(train.doubles(column.name()))
                .filter(value -> !Double.isNaN(value))
                .toArray();
    }
}
