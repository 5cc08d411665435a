package io.millrace.pipeline.definition;

import java.util.List;

/**
 * A rule that the data must meet.
 *
 * @param kind rows, null_rate, not_null, range, in, unique or label_rate
 * @param column what it is about; empty for rows and label_rate
 * @param low lower bound, where there is one, else negative infinity
 * @param high upper bound, where there is one, else positive infinity
 * @param values allowed values of {@code in}
 * @param warnOnly a breach is shown and does not fail the run
 */
public record ExpectationSpec(
        String text, String kind, String column, double low, double high, List<String> values, boolean warnOnly) {}
