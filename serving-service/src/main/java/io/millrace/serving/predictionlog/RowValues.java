package io.millrace.serving.predictionlog;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The values of one row by column, as they were sent. It does not change after it was logged. */
public interface RowValues {

    /** Takes values, numbers without an object for each. */
    interface Receiver {

        void real(String column, double value);

        void whole(String column, long value);

        /** A value that is neither Double nor Long. */
        void other(String column, @Nullable Object value);
    }

    /** Hands over each value, in the order of the row. */
    void give(Receiver to);

    /** As {@link #give}, numbers as Double and Long. */
    default void forEach(BiConsumer<String, @Nullable Object> action) {
        give(new Receiver() {
            @Override
            public void real(String column, double value) {
                action.accept(column, value);
            }

            @Override
            public void whole(String column, long value) {
                action.accept(column, value);
            }

            @Override
            public void other(String column, @Nullable Object value) {
                action.accept(column, value);
            }
        });
    }

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
        public void give(Receiver to) {
            values.forEach((column, value) -> {
                if (value instanceof Double real) {
                    to.real(column, real);
                } else if (value instanceof Long whole) {
                    to.whole(column, whole);
                } else {
                    to.other(column, value);
                }
            });
        }
    }
}
