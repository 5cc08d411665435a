package io.millrace.runtime.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import io.millrace.runtime.spi.Rows;
import java.util.Map;

/** Turns rows into the tensors a graph reads. Safe for concurrent use. */
interface Feeder {

    /** Rows one call may carry: {@link Integer#MAX_VALUE}, or 1 for a graph made for single rows. */
    int maxBatch();

    /** The tensors by input name; {@code feed} must be closed after the run, which frees them. */
    Feed feed(Rows rows) throws OrtException;

    /** Tensors of one run and what they stand on. */
    interface Feed extends AutoCloseable {
        Map<String, OnnxTensor> tensors();

        @Override
        void close();
    }
}
