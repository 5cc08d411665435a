package io.millrace.runtime.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Rows;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Feeds raw columns to the inputs of a foreign graph. */
final class ColumnFeeder implements Feeder {

    /**
     * @param rank 1 for a tensor of N values, 2 for N by the number of columns
     * @param columns the columns that fill the input, left to right
     */
    record Binding(String input, OnnxJavaType type, int rank, List<String> columns) {}

    private final List<Binding> bindings;
    private final int maxBatch;
    private final DirectBuffers buffers = new DirectBuffers();

    ColumnFeeder(List<Binding> bindings, int maxBatch) {
        this.bindings = List.copyOf(bindings);
        this.maxBatch = maxBatch;
    }

    @Override
    public int maxBatch() {
        return maxBatch;
    }

    @Override
    public Feed feed(Rows rows) throws OrtException {
        Columns feed = new Columns();
        boolean whole = false;
        try {
            for (Binding binding : bindings) {
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

        void add(Binding binding, Rows rows) throws OrtException {
            int width = binding.columns().size();
            int count = Math.multiplyExact(rows.size(), width);
            long[] shape = binding.rank() == 1 ? new long[] {rows.size()} : new long[] {rows.size(), width};
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            if (binding.type() == OnnxJavaType.STRING) {
                tensors.put(
                        binding.input(),
                        OnnxTensor.createTensor(environment, texts(binding, rows, count, width), shape));
                return;
            }
            ByteBuffer bytes = buffers.take(Math.multiplyExact(count, bytes(binding.type())));
            used.add(bytes);
            for (int at = 0; at < width; at++) {
                column(bytes, binding, at, rows);
            }
            tensors.put(binding.input(), OnnxTensor.createTensor(environment, bytes, shape, binding.type()));
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

    /** Writes one column of a matrix whose rows lie one after the other. */
    private static void column(ByteBuffer bytes, Binding binding, int at, Rows rows) {
        String name = binding.columns().get(at);
        int width = binding.columns().size();
        int size = rows.size();
        int step = bytes(binding.type());
        switch (binding.type()) {
            case FLOAT -> {
                double[] numbers = rows.doubles(name);
                for (int row = 0; row < size; row++) {
                    bytes.putFloat((row * width + at) * step, (float) numbers[row]);
                }
            }
            case DOUBLE -> {
                double[] numbers = rows.doubles(name);
                for (int row = 0; row < size; row++) {
                    bytes.putDouble((row * width + at) * step, numbers[row]);
                }
            }
            case INT64, INT32 -> {
                long[] numbers = whole(rows, name);
                for (int row = 0; row < size; row++) {
                    if (step == Long.BYTES) {
                        bytes.putLong((row * width + at) * step, numbers[row]);
                    } else {
                        bytes.putInt((row * width + at) * step, Math.toIntExact(numbers[row]));
                    }
                }
            }
            default -> {
                double[] numbers = rows.doubles(name);
                for (int row = 0; row < size; row++) {
                    bytes.put(row * width + at, (byte) (numbers[row] != 0 ? 1 : 0));
                }
            }
        }
    }

    /** Through long, not double: identifiers above 2^53 must arrive unchanged. */
    private static long[] whole(Rows rows, String column) {
        return rows.column(column).orElseThrow().type() == ColumnType.BOOL
                ? Arrays.stream(rows.doubles(column))
                        .mapToLong(flag -> (long) flag)
                        .toArray()
                : rows.longs(column);
    }

    private static String[] texts(Binding binding, Rows rows, int count, int width) {
        String[] texts = new String[count];
        for (int at = 0; at < width; at++) {
            @Nullable String[] column = rows.strings(binding.columns().get(at));
            for (int row = 0; row < rows.size(); row++) {
                String text = column[row];
                texts[row * width + at] = text == null ? "" : text;
            }
        }
        return texts;
    }

    static int bytes(OnnxJavaType type) {
        return switch (type) {
            case FLOAT, INT32 -> 4;
            case DOUBLE, INT64 -> 8;
            case BOOL -> 1;
            case INT8, INT16, UINT8, FLOAT16, BFLOAT16, STRING, UNKNOWN ->
                throw new ModelFormatException("inputs of type " + type + " are not supported");
        };
    }
}
