package io.millrace.runtime.spi;

/** Type of a raw input column, before any feature is computed from it. */
public enum ColumnType {
    /** A finite double; missing is NaN. */
    FLOAT64,
    /** A 64 bit integer. */
    INT64,
    /** Text, usually a category. */
    STRING,
    /** True or false; read as 1.0 and 0.0. */
    BOOL,
    /** An instant: ISO-8601 text (UTC when it has no offset) or epoch milliseconds; kept as epoch milliseconds. */
    TIMESTAMP;

    /** Whether a column of this type can be read by {@link Rows#doubles}. */
    public boolean isNumeric() {
        return this != STRING;
    }
}
