package io.millrace.serving.model;

import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import java.util.HashMap;
import java.util.Map;

/** A made-up row that fits a signature, so that the first real request does not pay for class loading and compilation. */
final class WarmUp {

    private static final long SOME_TIME = 1_577_836_800_000L;

    private WarmUp() {}

    static Rows row(Signature signature) {
        Map<String, Object> row = new HashMap<>();
        for (Column column : signature.inputs()) {
            row.put(column.name(), value(column));
        }
        return Rows.builder(signature).add(row).build();
    }

    private static Object value(Column column) {
        return switch (column.type()) {
            case FLOAT64 -> within(column, 1);
            case INT64 -> (long) Math.ceil(within(column, 1));
            case TIMESTAMP -> (long) Math.ceil(within(column, SOME_TIME));
            case BOOL -> false;
            case STRING ->
                column.categories().isEmpty() ? "warm-up" : column.categories().get(0);
        };
    }

    private static double within(Column column, double wish) {
        Double min = column.min();
        Double max = column.max();
        double value = min == null ? wish : Math.max(min, wish);
        return max == null ? value : Math.min(max, value);
    }
}
