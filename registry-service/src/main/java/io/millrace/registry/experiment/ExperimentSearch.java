package io.millrace.registry.experiment;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A search over experiments.
 *
 * @param stages lifecycle stages to look at
 * @param filter comparisons joined by AND
 * @param order keys to sort by; the newest first without any
 * @param limit 1 to 50,000
 * @param pageToken of the page before
 */
public record ExperimentSearch(
        List<String> stages,
        @Nullable String filter,
        List<String> order,
        int limit,
        @Nullable String pageToken) {}
