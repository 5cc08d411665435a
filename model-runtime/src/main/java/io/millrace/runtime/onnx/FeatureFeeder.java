package io.millrace.runtime.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.millrace.runtime.feature.FittedFeatures;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.tensor.DirectBuffers;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Optional;

/** Feeds one matrix of fitted features. */
final class FeatureFeeder implements Feeder {

    private final String input;
    private final FittedFeatures features;
    private final DirectBuffers buffers = new DirectBuffers();

    FeatureFeeder(String input, FittedFeatures features) {
        this.input = input;
        this.features = features;
    }

    @Override
    public int maxBatch() {
        return Integer.MAX_VALUE;
    }

    @Override
    public Optional<Matrix> matrix() {
        return Optional.of(new Matrix() {
            @Override
            public int width() {
                return features.width();
            }

            @Override
            public double[] of(Rows rows) {
                double[] numbers = features.transform(rows);
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] = (float) numbers[i];
                }
                return numbers;
            }
        });
    }

    @Override
    public Feed feed(Rows rows) throws OrtException {
        double[] matrix = features.transform(rows);
        ByteBuffer bytes = buffers.take(Math.multiplyExact(matrix.length, Float.BYTES));
        FloatBuffer buffer = bytes.asFloatBuffer();
        for (int i = 0; i < matrix.length; i++) {
            buffer.put(i, (float) matrix[i]);
        }
        OnnxTensor tensor = OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), buffer, new long[] {rows.size(), features.width()});
        return new Feed() {
            @Override
            public Map<String, OnnxTensor> tensors() {
                return Map.of(input, tensor);
            }

            @Override
            public void close() {
                tensor.close();
                buffers.give(bytes);
            }
        };
    }
}
