package io.millrace.registry.search;

import java.util.List;

/**
 * What rows are sorted by: an expression over them.
 *
 * @param type SQL type of the expression, to which a key of a page token is cast
 * @param nullable whether it can be null; such rows come last in both directions, and NaN before them
 * @param source a table and the condition that joins it, of at most one row for each, when the expression needs one; empty
 *     SQL for none
 */
public record SortTerm(
        String expression,
        List<Object> arguments,
        String type,
        boolean descending,
        boolean nullable,
        Condition source) {

    public SortTerm(String expression, List<Object> arguments, String type, boolean descending, boolean nullable) {
        this(expression, arguments, type, descending, nullable, new Condition("", List.of()));
    }

    public static SortTerm column(String column, String type, boolean descending) {
        return new SortTerm(column, List.of(), type, descending, false);
    }
}
