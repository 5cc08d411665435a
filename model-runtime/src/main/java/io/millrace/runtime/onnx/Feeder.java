package io.millrace.runtime.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import io.millrace.runtime.spi.Rows;
import java.util.Map;
import java.util.Optional;

/** Turns rows into the tensors a graph reads. Safe for concurrent use. */
interface Feeder {

    /** Rows one call may carry: {@link Integer#MAX_VALUE}, or 1 for a graph made for single rows. */
    int maxBatch();

    /** The tensors by input name; {@code feed} must be closed after the run, which frees them. */
    Feed feed(Rows rows) throws OrtException;

    /** The one matrix of 32 bit floats that is all it feeds, where it is so. */
    Optional<Matrix> matrix();

    /** Rows as a matrix, row by row; NaN for a missing number. Each number is one of 32 bits. */
    interface Matrix {
        int width();

        double[] of(Rows rows);
    }

    /** Tensors of one run and what they stand on. */
    interface Feed extends AutoCloseable {
        Map<String, OnnxTensor> tensors();

        @Override
        void close();
    }
}
