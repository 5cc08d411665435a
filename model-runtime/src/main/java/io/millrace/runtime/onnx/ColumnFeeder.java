package io.millrace.runtime.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.tensor.ColumnBinding;
import io.millrace.runtime.tensor.DirectBuffers;
import io.millrace.runtime.tensor.ElementType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Feeds raw columns to the inputs of a foreign graph. */
final class ColumnFeeder implements Feeder {

    private final List<ColumnBinding> bindings;
    private final int maxBatch;
    private final DirectBuffers buffers = new DirectBuffers();

    ColumnFeeder(List<ColumnBinding> bindings, int maxBatch) {
        this.bindings = List.copyOf(bindings);
        this.maxBatch = maxBatch;
    }

    @Override
    public int maxBatch() {
        return maxBatch;
    }

    @Override
    public Optional<Matrix> matrix() {
        ColumnBinding only = bindings.get(0);
        return bindings.size() == 1 && only.type() == ElementType.FLOAT && only.rank() == 2
                ? Optional.of(new Floats(only.columns()))
                : Optional.empty();
    }

    private record Floats(List<String> columns) implements Matrix {

        @Override
        public int width() {
            return columns.size();
        }

        @Override
        public double[] of(Rows rows) {
            int width = columns.size();
            double[] matrix = new double[Math.multiplyExact(rows.size(), width)];
            for (int at = 0; at < width; at++) {
                double[] numbers = rows.doubles(columns.get(at), at);
                for (int row = 0; row < numbers.length; row++) {
                    matrix[row * width + at] = (float) numbers[row];
                }
            }
            return matrix;
        }
    }

    @Override
    public Feed feed(Rows rows) throws OrtException {
        Columns feed = new Columns();
        boolean whole = false;
        try {
            for (ColumnBinding binding : bindings) {
                feed.add(binding, rows);
            }
            whole = true;
        } finally {
            if (!whole) {
                feed.close();
            }
        }
        return feed;
    }

    /** The tensors of one run on buffers that go back to the pool. */
    private final class Columns implements Feed {

        private final Map<String, OnnxTensor> tensors = new HashMap<>();
        private final List<ByteBuffer> used = new ArrayList<>(bindings.size());

        void add(ColumnBinding binding, Rows rows) throws OrtException {
            long[] shape = binding.shape(rows.size());
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            if (binding.type() == ElementType.STRING) {
                tensors.put(binding.input(), OnnxTensor.createTensor(environment, binding.texts(rows), shape));
                return;
            }
            ByteBuffer bytes = buffers.take(binding.bytes(rows.size()));
            used.add(bytes);
            binding.fill(bytes, rows);
            OnnxJavaType type = OnnxJavaType.valueOf(binding.type().name());
            tensors.put(binding.input(), OnnxTensor.createTensor(environment, bytes, shape, type));
        }

        @Override
        public Map<String, OnnxTensor> tensors() {
            return tensors;
        }

        @Override
        public void close() {
            tensors.values().forEach(OnnxTensor::close);
            used.forEach(buffers::give);
        }
    }
}
