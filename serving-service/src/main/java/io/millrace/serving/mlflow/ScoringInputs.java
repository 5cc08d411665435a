package io.millrace.serving.mlflow;

import io.millrace.common.error.PlatformException;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.SignatureException;
import io.millrace.serving.inference.MapInputs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A table as MLflow's clients send it.
 *
 * @param columns their names; null: the columns are those of the model, in its order
 * @param data rows of as many values each
 * @param text whether every value is text, as in CSV
 */
record ScoringInputs(@Nullable List<String> columns, List<List<@Nullable Object>> data, boolean text)
        implements MapInputs {

    @Override
    public int size() {
        return data.size();
    }

    @Override
    public @Nullable String key(String column) {
        int at = columns == null ? -1 : columns.indexOf(column);
        if (at < 0) {
            return null;
        }
        Object first = data.get(0).get(at);
        for (List<@Nullable Object> row : data) {
            if (!Objects.equals(first, row.get(at))) {
                throw PlatformException.invalid(
                        "",
                        "column '" + column + "' has different values; the endpoint is sticky by it and a request is "
                                + "answered by one arm: send a request for each value");
            }
        }
        return first == null ? null : first.toString();
    }

    /** Columns that the model does not read are left out, as MLflow does. */
    @Override
    public List<Map<String, @Nullable Object>> rows(Signature signature) {
        List<Column> inputs = signature.inputs();
        int[] places = places(inputs);
        List<Map<String, @Nullable Object>> rows = new ArrayList<>(data.size());
        for (int row = 0; row < data.size(); row++) {
            Map<String, @Nullable Object> values = new HashMap<>(inputs.size() * 2);
            for (int i = 0; i < places.length; i++) {
                if (places[i] >= 0) {
                    Object value = data.get(row).get(places[i]);
                    values.put(
                            inputs.get(i).name(),
                            value instanceof String cell ? converted(cell, inputs.get(i), row) : finite(value));
                }
            }
            rows.add(values);
        }
        return rows;
    }

    /** Where each of the model's columns is; negative where it was not sent. */
    private int[] places(List<Column> inputs) {
        int[] places = new int[inputs.size()];
        int width = data.isEmpty() ? 0 : data.get(0).size();
        if (columns == null && width != inputs.size()) {
            throw new SignatureException(
                    inputs.isEmpty()
                            ? ""
                            : inputs.get(Math.min(width, inputs.size() - 1)).name(),
                    null,
                    "rows have " + width + " values without names, the model reads " + inputs.size() + " columns");
        }
        for (int i = 0; i < places.length; i++) {
            places[i] = columns == null ? i : columns.indexOf(inputs.get(i).name());
        }
        return places;
    }

    /** Python writes NaN where a value is missing. */
    private static @Nullable Object finite(@Nullable Object value) {
        return value instanceof Double number && number.isNaN() ? null : value;
    }

    private @Nullable Object converted(String cell, Column column, int row) {
        if (!text) {
            return cell;
        }
        if (cell.isEmpty()) {
            return null;
        }
        return switch (column.type()) {
            case STRING, TIMESTAMP -> cell;
            case BOOL -> bool(cell, column, row);
            case INT64, FLOAT64 -> number(cell, column, row);
        };
    }

    private static @Nullable Object number(String cell, Column column, int row) {
        if (cell.equalsIgnoreCase("nan")) {
            return null;
        }
        try {
            if (cell.matches("[+-]?[0-9]{1,18}")) {
                return Long.valueOf(cell);
            }
            return Double.valueOf(cell);
        } catch (NumberFormatException e) {
            throw new SignatureException(column.name(), row, "expected a number, got text \"" + shortened(cell) + "\"");
        }
    }

    private static boolean bool(String cell, Column column, int row) {
        return switch (cell.toLowerCase(Locale.ROOT)) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default ->
                throw new SignatureException(
                        column.name(), row, "expected true or false, got text \"" + shortened(cell) + "\"");
        };
    }

    private static String shortened(String cell) {
        return cell.length() > 40 ? cell.substring(0, 40) + "..." : cell;
    }

    @Override
    public PlatformException refused(SignatureException complaint) {
        return PlatformException.invalid(
                "", "Failed to enforce schema of the input: " + String.valueOf(complaint.getMessage()));
    }
}
