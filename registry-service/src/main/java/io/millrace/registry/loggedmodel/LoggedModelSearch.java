package io.millrace.registry.loggedmodel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A search over logged models.
 *
 * @param filter comparisons joined by AND
 * @param datasets data sets on which the metrics of the filter were measured; any without one
 * @param order keys to sort by; the newest first without any
 * @param limit 1 to 1,000
 * @param pageToken of the page before
 */
public record LoggedModelSearch(
        List<String> experimentIds,
        @Nullable String filter,
        List<MeasuredOn> datasets,
        List<Order> order,
        int limit,
        @Nullable String pageToken) {

    /** A data set by name and, unless empty, digest. */
    public record MeasuredOn(String name, String digest) {}

    /** A sort key; a metric may be restricted to a data set. */
    public record Order(String field, boolean ascending, MeasuredOn dataset) {}
}
