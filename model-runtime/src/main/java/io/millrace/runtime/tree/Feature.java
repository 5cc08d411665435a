package io.millrace.runtime.tree;

import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import java.util.List;

/**
 * A feature as the model file describes it.
 *
 * @param type what a column for it is when nobody declares one
 * @param category whether its number is a category's code
 * @param categories the categories in the order of their codes, as text, where the file knows them
 */
public record Feature(String name, ColumnType type, boolean category, List<String> categories) {

    public Feature {
        categories = List.copyOf(categories);
    }

    public static Feature number(String name, ColumnType type) {
        return new Feature(name, type, false, List.of());
    }

    /** Every feature of a tree may be missing. */
    Column column() {
        return Column.optional(name, type);
    }
}
