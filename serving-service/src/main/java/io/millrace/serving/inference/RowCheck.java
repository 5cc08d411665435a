package io.millrace.serving.inference;

import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.RowsLayout;
import io.millrace.runtime.spi.SignatureException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads rows as a signature asks. Stricter than files are read: a request's number must be a number. */
final class RowCheck {

    private RowCheck() {}

    /**
     * The rows, every value checked.
     *
     * @param known columns that some arm of the endpoint reads; another one is a mistake, most likely in its name
     * @throws SignatureException naming the column, the row and what was expected
     */
    static Rows rows(List<Map<String, @Nullable Object>> given, RowsLayout layout, Set<String> known) {
        Rows.Builder rows = Rows.builder(layout, given.size());
        for (int row = 0; row < given.size(); row++) {
            Map<String, @Nullable Object> values = given.get(row);
            for (Column column : layout.columns()) {
                kind(column, row, values.get(column.name()));
            }
            if (values.size() > layout.columns().size() || !known.containsAll(values.keySet())) {
                unknown(values, row, known);
            }
            rows.add(values);
        }
        return rows.build();
    }

    private static void kind(Column column, int row, @Nullable Object value) {
        if (value instanceof Double number && !Double.isFinite(number)) {
            throw new SignatureException(
                    column.name(), row, "must be a finite number, got " + number + "; send null for a missing value");
        }
        if (column.type() == ColumnType.STRING) {
            if (value instanceof Number || value instanceof Boolean) {
                throw new SignatureException(column.name(), row, "expected text, got " + value);
            }
        } else if (value instanceof String text && column.type() != ColumnType.TIMESTAMP) {
            String shown = text.length() > 40 ? text.substring(0, 40) + "..." : text;
            throw new SignatureException(
                    column.name(),
                    row,
                    "expected " + (column.type() == ColumnType.BOOL ? "true or false" : "a number") + ", got text \""
                            + shown + "\"");
        }
    }

    private static void unknown(Map<String, @Nullable Object> values, int row, Set<String> known) {
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                throw new SignatureException(
                        name,
                        row,
                        "no model of this endpoint reads this column"
                                + Complaints.nearest(name, known)
                                        .map(meant -> ", did you mean '" + meant + "'?")
                                        .orElse("; known are "
                                                + String.join(
                                                        ", ",
                                                        known.stream()
                                                                .sorted()
                                                                .limit(30)
                                                                .toList())));
            }
        }
    }
}
