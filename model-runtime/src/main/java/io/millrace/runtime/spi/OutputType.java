package io.millrace.runtime.spi;

/** Element type of a model output. Numbers are carried as double in {@link Prediction}; the type says what to put on the wire. */
public enum OutputType {
    FLOAT64,
    FLOAT32,
    INT64,
    STRING
}
