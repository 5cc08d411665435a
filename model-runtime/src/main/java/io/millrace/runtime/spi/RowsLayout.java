package io.millrace.runtime.spi;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Columns with their places, worked out once for the many batches that have them. Immutable. */
public final class RowsLayout {

    private final List<Column> columns;
    private final Map<String, Integer> index;

    private RowsLayout(List<Column> columns) {
        this.columns = List.copyOf(columns);
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < this.columns.size(); i++) {
            if (places.put(this.columns.get(i).name(), i) != null) {
                throw new IllegalArgumentException(
                        "two columns named " + this.columns.get(i).name());
            }
        }
        this.index = Map.copyOf(places);
    }

    public static RowsLayout of(List<Column> columns) {
        return new RowsLayout(columns);
    }

    public List<Column> columns() {
        return columns;
    }

    /** Place of a column; -1 when there is none of that name. */
    public int find(String name) {
        Integer at = index.get(name);
        return at == null ? -1 : at;
    }

    Map<String, Integer> index() {
        return index;
    }
}
