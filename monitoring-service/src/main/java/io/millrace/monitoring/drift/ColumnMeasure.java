package io.millrace.monitoring.drift;

import org.jspecify.annotations.Nullable;

/**
 * One measure of one column.
 *
 * @param measure named by variant, such as {@code psi[deciles]}
 * @param sampleSize rows of the window that have a value
 */
public record ColumnMeasure(
        String column,
        String measure,
        double value,
        @Nullable Double pValue,
        @Nullable Double adjustedP,
        @Nullable Double threshold,
        long sampleSize,
        WindowState state) {}
