package io.millrace.runtime.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Rows;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
        Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
        boolean whole = false;
        try {
            for (Binding binding : bindings) {
                tensors.put(binding.input(), tensor(binding, rows));
            }
            whole = true;
        } finally {
            if (!whole) {
                tensors.values().forEach(OnnxTensor::close);
            }
        }
        return new Feed() {
            @Override
            public Map<String, OnnxTensor> tensors() {
                return tensors;
            }

            @Override
            public void close() {
                tensors.values().forEach(OnnxTensor::close);
            }
        };
    }

    private static OnnxTensor tensor(Binding binding, Rows rows) throws OrtException {
        int width = binding.columns().size();
        int count = rows.size() * width;
        long[] shape = binding.rank() == 1 ? new long[] {rows.size()} : new long[] {rows.size(), width};
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        if (binding.type() == OnnxJavaType.STRING) {
            return OnnxTensor.createTensor(environment, texts(binding, rows, count, width), shape);
        }
        List<double[]> numbers = new ArrayList<>();
        for (String column : binding.columns()) {
            numbers.add(rows.doubles(column));
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect(Math.multiplyExact(count, bytes(binding.type())))
                .order(ByteOrder.nativeOrder());
        for (int row = 0; row < rows.size(); row++) {
            for (int at = 0; at < width; at++) {
                double value = numbers.get(at)[row];
                switch (binding.type()) {
                    case FLOAT -> bytes.putFloat((float) value);
                    case DOUBLE -> bytes.putDouble(value);
                    case INT64 -> bytes.putLong(whole(rows, binding.columns().get(at), row));
                    case INT32 ->
                        bytes.putInt(
                                Math.toIntExact(whole(rows, binding.columns().get(at), row)));
                    default -> bytes.put((byte) (value != 0 ? 1 : 0));
                }
            }
        }
        return OnnxTensor.createTensor(environment, bytes.flip(), shape, binding.type());
    }

    /** Through long, not double: identifiers above 2^53 must arrive unchanged. */
    private static long whole(Rows rows, String column, int row) {
        ColumnType type = rows.column(column).orElseThrow().type();
        return type == ColumnType.BOOL ? (long) rows.doubles(column)[row] : rows.longs(column)[row];
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
