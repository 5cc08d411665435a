package io.millrace.runtime.spi;

/** A model in memory, ready to predict. Safe for concurrent use. */
public interface LoadedModel extends AutoCloseable {

    Signature signature();

    /**
     * Predicts all rows, in their order. Called concurrently; must not keep {@code rows}. No rows give an empty prediction.
     *
     * @throws SignatureException when a column of the signature is absent from the rows or has another type
     * @throws IllegalStateException after {@link #close}
     */
    Prediction predict(Rows rows);

    /** Whether {@link #predict} waits for another machine, so that it must not be called where waiting does harm. */
    default boolean remote() {
        return false;
    }

    /** An estimate of the memory held, on and off the heap, in bytes; never 0. For budgets, not for accounting. */
    long memoryBytes();

    /** Frees the model, after predictions that are running have ended. Closing twice is harmless. */
    @Override
    void close();
}
