package io.millrace.serving.predictionlog;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The values of one row by column, as they were sent. It does not change after it was logged. */
public interface RowValues {

    /** About how much memory a value needs, in bytes. */
    long VALUE_BYTES = 80;

    void forEach(BiConsumer<String, @Nullable Object> action);

    /** About how much memory the row holds, in bytes. */
    long weight();

    /** The values as a map of their own. */
    default Map<String, @Nullable Object> toMap() {
        Map<String, @Nullable Object> map = new HashMap<>();
        forEach(map::put);
        return map;
    }

    /** The values of a map, which must not change any more. */
    static RowValues of(Map<String, ? extends @Nullable Object> values) {
        return new MapValues(values);
    }

    /** A row that came as a map. */
    record MapValues(Map<String, ? extends @Nullable Object> values) implements RowValues {

        @Override
        public void forEach(BiConsumer<String, @Nullable Object> action) {
            values.forEach(action::accept);
        }

        @Override
        public long weight() {
            long weight = 0;
            for (Object value : values.values()) {
                weight += VALUE_BYTES + (value instanceof String text ? text.length() : 0);
            }
            return weight;
        }
    }
}
