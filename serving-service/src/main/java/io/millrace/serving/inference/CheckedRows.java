package io.millrace.serving.inference;

import io.millrace.runtime.spi.Rows;
import io.millrace.serving.predictionlog.RowValues;
import java.util.List;

/**
 * Rows that fit a signature.
 *
 * @param values what was sent for each row, for the log
 */
public record CheckedRows(Rows rows, List<RowValues> values) {}
