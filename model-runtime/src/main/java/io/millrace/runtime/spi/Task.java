package io.millrace.runtime.spi;

/** What a model does; decides the standard outputs of {@link Signature}. */
public enum Task {
    BINARY,
    MULTICLASS,
    REGRESSION,
    /** Outputs as the model declares them; there is no single score. */
    GENERIC
}
