package io.millrace.registry.run;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A search over runs.
 *
 * @param stages lifecycle stages to look at
 * @param filter comparisons joined by AND
 * @param order keys to sort by; the newest start, then the id, decide where they leave a tie
 * @param limit 1 to 50,000
 * @param pageToken of the page before
 */
public record RunSearch(
        List<String> experimentIds,
        List<String> stages,
        @Nullable String filter,
        List<String> order,
        int limit,
        @Nullable String pageToken) {}
