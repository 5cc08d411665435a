package io.millrace.registry.search;

import java.util.List;

/**
 * What rows are sorted by: an expression over them.
 *
 * @param type SQL type of the expression, to which a key of a page token is cast
 * @param nullable whether it can be null; such rows come last in both directions, and NaN before them
 */
public record SortTerm(String expression, List<Object> arguments, String type, boolean descending, boolean nullable) {

    public static SortTerm column(String column, String type, boolean descending) {
        return new SortTerm(column, List.of(), type, descending, false);
    }
}
