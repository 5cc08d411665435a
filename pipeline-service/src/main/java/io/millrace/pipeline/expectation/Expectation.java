package io.millrace.pipeline.expectation;

import io.millrace.common.error.PlatformException;
import io.millrace.pipeline.data.DataSets;
import io.millrace.pipeline.definition.ExpectationSpec;
import io.millrace.pipeline.definition.PipelineSpec.Data;
import io.millrace.runtime.spi.Rows;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/** Checks rules on rows. Pure. */
final class Expectation {

    private static final int EXAMPLES = 5;

    /**
     * What a rule found.
     *
     * @param observed the figure that the rule is about
     */
    record Finding(String rule, boolean met, boolean warnOnly, String observed) {}

    private Expectation() {}

    static Finding check(ExpectationSpec rule, Rows rows, Data data) {
        if (!rule.column().isEmpty() && rows.column(rule.column()).isEmpty()) {
            throw PlatformException.invalid(
                    "/expect",
                    "'" + rule.text() + "' is about a column that the data does not have; it has "
                            + String.join(", ", rows.names()));
        }
        return switch (rule.kind()) {
            case "rows" -> bounds(rule, rows.size());
            case "null_rate" -> bounds(rule, nulls(rows, rule.column()) / (double) Math.max(1, rows.size()));
            case "not_null" -> {
                long nulls = nulls(rows, rule.column());
                yield new Finding(rule.text(), nulls == 0, rule.warnOnly(), nulls + " missing");
            }
            case "range" -> range(rule, rows);
            case "in" -> in(rule, rows);
            case "unique" -> unique(rule, rows);
            case "label_rate" ->
                bounds(rule, Arrays.stream(DataSets.truth(rows, data)).average().orElse(Double.NaN));
            default -> throw new IllegalStateException("no such rule: " + rule.kind());
        };
    }

    private static Finding bounds(ExpectationSpec rule, double value) {
        boolean met = value >= rule.low() && value <= rule.high();
        String observed =
                value == Math.rint(value) ? Long.toString((long) value) : String.format(Locale.ROOT, "%.6g", value);
        return new Finding(rule.text(), met, rule.warnOnly(), observed);
    }

    private static long nulls(Rows rows, String column) {
        long nulls = 0;
        for (int i = 0; i < rows.size(); i++) {
            if (rows.isMissing(column, i)) {
                nulls++;
            }
        }
        return nulls;
    }

    private static Finding range(ExpectationSpec rule, Rows rows) {
        long outside = 0;
        Set<String> examples = new LinkedHashSet<>();
        for (int i = 0; i < rows.size(); i++) {
            if (rows.isMissing(rule.column(), i)) {
                continue;
            }
            double value = DataSets.number(rows, rule.column(), i);
            if (!(value >= rule.low() && value <= rule.high())) {
                outside++;
                if (examples.size() < EXAMPLES) {
                    examples.add("row " + (i + 1) + ": " + rows.value(rule.column(), i));
                }
            }
        }
        return new Finding(rule.text(), outside == 0, rule.warnOnly(), outside + " outside " + examples);
    }

    private static Finding in(ExpectationSpec rule, Rows rows) {
        Set<String> allowed = new HashSet<>(rule.values());
        long outside = 0;
        Set<String> examples = new LinkedHashSet<>();
        for (int i = 0; i < rows.size(); i++) {
            Object value = rows.value(rule.column(), i);
            if (value != null && !allowed.contains(value.toString())) {
                outside++;
                if (examples.size() < EXAMPLES) {
                    examples.add(value.toString());
                }
            }
        }
        return new Finding(rule.text(), outside == 0, rule.warnOnly(), outside + " others " + examples);
    }

    private static Finding unique(ExpectationSpec rule, Rows rows) {
        Set<Object> seen = new HashSet<>();
        long repeated = 0;
        Set<String> examples = new LinkedHashSet<>();
        for (int i = 0; i < rows.size(); i++) {
            Object value = rows.value(rule.column(), i);
            if (value != null && !seen.add(value)) {
                repeated++;
                if (examples.size() < EXAMPLES) {
                    examples.add(value.toString());
                }
            }
        }
        return new Finding(rule.text(), repeated == 0, rule.warnOnly(), repeated + " repeated " + examples);
    }
}
