package io.millrace.serving.inference;

import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.Rows;
import io.millrace.serving.predictionlog.RowValues;
import org.jspecify.annotations.Nullable;

/** Scalar values one after the other, as a request carried them. They do not change; any number of threads read them. */
public interface Elements {

    /** A value as Long, BigInteger beyond that, Double, Boolean or String; null for a missing one. */
    @Nullable
    Object value(int at);

    /** Hands a value over as that of a column. */
    void give(int at, String column, RowValues.Receiver to);

    /** Sets a value in the row that is being built; false when a request must not fill such a column so. */
    boolean set(int at, Rows.Builder rows, int column, ColumnType type);

    /**
     * {@code count} numbers, each {@code step} after the one before, NaN for a missing one.
     *
     * @return null when one of them is no number
     */
    double @Nullable [] numbers(int start, int step, int count);
}
