package io.millrace.pipeline.data;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.pipeline.definition.PipelineSpec.Data;
import io.millrace.pipeline.step.StepContext;
import io.millrace.pipeline.step.StepName;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.Rows;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The row sets of a run, and the labels in them. */
public final class DataSets {

    private DataSets() {}

    /** All rows that the data step kept. */
    public static Rows all(StepContext context) {
        JsonNode data = context.output(StepName.DATA);
        return Snapshots.read(
                context.files().path(data.path("snapshot").asText()), Snapshots.fromJson(data.path("columns")));
    }

    /** One part of the split: {@code train}, {@code validation} or {@code test}. */
    public static Rows part(StepContext context, String part) {
        List<Column> columns = Snapshots.fromJson(context.output(StepName.DATA).path("columns"));
        String sha256 =
                context.output(StepName.SPLIT).path(part).path("snapshot").asText();
        return Snapshots.read(context.files().path(sha256), columns);
    }

    /** Labels as text, one a row. A row without a label is an empty text. */
    public static String[] labels(Rows rows, Data data) {
        String[] labels = new String[rows.size()];
        for (int i = 0; i < labels.length; i++) {
            Object value = rows.value(data.label(), i);
            labels[i] = value == null ? "" : value.toString();
        }
        return labels;
    }

    /** For a regression the label as a number (NaN when missing); for a binary label 1 for the positive class, else 0. */
    public static double[] truth(Rows rows, Data data) {
        String positive = data.positive();
        double[] truth = new double[rows.size()];
        if (positive == null && isNumber(rows, data.label())) {
            for (int i = 0; i < truth.length; i++) {
                Object value = rows.value(data.label(), i);
                truth[i] = value instanceof Number number ? number.doubleValue() : Double.NaN;
            }
            return truth;
        }
        String[] labels = labels(rows, data);
        for (int i = 0; i < truth.length; i++) {
            truth[i] = labels[i].equals(positive) ? 1 : 0;
        }
        return truth;
    }

    /**
     * For more than two classes the position of each row's label in {@code classes}.
     *
     * @throws PlatformException UNPROCESSABLE for a label that is not among them
     */
    public static double[] classNumbers(Rows rows, Data data, List<String> classes) {
        String[] labels = labels(rows, data);
        double[] numbers = new double[labels.length];
        for (int i = 0; i < labels.length; i++) {
            int number = classes.indexOf(labels[i]);
            if (number < 0) {
                throw new PlatformException(
                        ErrorCode.UNPROCESSABLE,
                        "no model knows the class '" + labels[i] + "' of " + data.label() + "; they know " + classes);
            }
            numbers[i] = number;
        }
        return numbers;
    }

    /** A value of a row as a number; NaN when it is missing or no number. */
    public static double number(Rows rows, String column, int row) {
        @Nullable Object value = rows.value(column, row);
        return value instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    private static boolean isNumber(Rows rows, String column) {
        return rows.column(column)
                .map(c -> c.type() == ColumnType.FLOAT64 || c.type() == ColumnType.INT64)
                .orElse(false);
    }
}
