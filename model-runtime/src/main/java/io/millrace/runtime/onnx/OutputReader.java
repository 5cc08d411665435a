package io.millrace.runtime.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.millrace.runtime.spi.ModelFormatException;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Reads the outputs of a run. */
final class OutputReader {

    private OutputReader() {}

    /** The values of one run by graph output: {@code double[]} or {@code String[]}. */
    static Map<String, Object> values(OrtSession.Result result, Set<String> requested, int rows) throws OrtException {
        Map<String, Object> values = new LinkedHashMap<>();
        for (String name : requested) {
            OnnxValue value = result.get(name).orElseThrow();
            if (!(value instanceof OnnxTensor tensor)) {
                throw new ModelFormatException("output " + name + " is not a tensor");
            }
            Object read = read(tensor);
            int length = read instanceof double[] numbers ? numbers.length : ((String[]) read).length;
            if (length % rows != 0) {
                throw new ModelFormatException("output " + name + " has " + length + " values for " + rows + " rows");
            }
            values.put(name, read);
        }
        return values;
    }

    private static Object read(OnnxTensor tensor) throws OrtException {
        return switch (tensor.getInfo().type) {
            case FLOAT -> {
                FloatBuffer buffer = tensor.getFloatBuffer();
                double[] values = new double[buffer.remaining()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = buffer.get(i);
                }
                yield values;
            }
            case DOUBLE -> {
                DoubleBuffer buffer = tensor.getDoubleBuffer();
                double[] values = new double[buffer.remaining()];
                buffer.get(values);
                yield values;
            }
            case INT64 -> {
                LongBuffer buffer = tensor.getLongBuffer();
                double[] values = new double[buffer.remaining()];
                Arrays.setAll(values, buffer::get);
                yield values;
            }
            case INT32 -> {
                IntBuffer buffer = tensor.getIntBuffer();
                double[] values = new double[buffer.remaining()];
                Arrays.setAll(values, buffer::get);
                yield values;
            }
            case BOOL, INT8, UINT8 -> {
                ByteBuffer buffer = tensor.getByteBuffer();
                double[] values = new double[buffer.remaining()];
                Arrays.setAll(values, buffer::get);
                yield values;
            }
            case STRING ->
                tensor.getValue() instanceof String[] texts
                        ? texts
                        : Arrays.stream((Object[]) tensor.getValue())
                                .flatMap(row -> Arrays.stream((String[]) row))
                                .toArray(String[]::new);
            case INT16, FLOAT16, BFLOAT16, UNKNOWN ->
                throw new ModelFormatException("outputs of type " + tensor.getInfo().type + " are not supported");
        };
    }
}
