package io.millrace.runtime.onnx;

import ai.onnxruntime.OrtException;
import io.millrace.runtime.spi.Rows;
import java.util.Map;

/** Computes the outputs of a graph. Runs may lie beside each other, but not beside {@link #close}. */
interface Runner extends AutoCloseable {

    /** Rows that one run may have. */
    int maxBatch();

    /** {@code double[]} or {@code String[]} by output of the graph. */
    Map<String, Object> run(Rows rows) throws OrtException;

    long memoryBytes();

    @Override
    void close();
}
