package io.millrace.registry.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A search over models or versions.
 *
 * @param filter comparisons joined by AND
 * @param order keys to sort by
 * @param limit how many at most
 * @param pageToken of the page before
 */
public record RegistrySearch(
        @Nullable String filter,
        List<String> order,
        int limit,
        @Nullable String pageToken) {}
