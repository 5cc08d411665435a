package io.millrace.statistics.drift;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is kept of a set of rows to compare it with another later: by column, counters of fixed size. Plain records with no
 * annotation, so Jackson writes and reads them by component name.
 *
 * @param rows number of rows
 * @param numeric by column name
 * @param categorical by column name
 */
public record Profile(long rows, Map<String, NumericProfile> numeric, Map<String, CategoricalProfile> categorical) {

    public Profile {
        if (rows < 0) {
            throw new IllegalArgumentException("rows: " + rows);
        }
        numeric = Collections.unmodifiableMap(new TreeMap<>(numeric));
        categorical = Collections.unmodifiableMap(new TreeMap<>(categorical));
    }

    /**
     * The profile of both sets of rows.
     *
     * @throws IllegalArgumentException when the columns or their edges differ
     */
    public Profile merge(Profile other) {
        if (!numeric.keySet().equals(other.numeric.keySet())
                || !categorical.keySet().equals(other.categorical.keySet())) {
            throw new IllegalArgumentException("columns: profiles of different columns cannot be merged");
        }
        Map<String, NumericProfile> numbers = new TreeMap<>(numeric);
        other.numeric.forEach((name, column) -> numbers.merge(name, column, NumericProfile::merge));
        Map<String, CategoricalProfile> texts = new TreeMap<>(categorical);
        other.categorical.forEach((name, column) -> texts.merge(name, column, CategoricalProfile::merge));
        return new Profile(rows + other.rows, numbers, texts);
    }
}
