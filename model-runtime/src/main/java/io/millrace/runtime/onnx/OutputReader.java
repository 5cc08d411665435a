package io.millrace.runtime.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.millrace.runtime.descriptor.TargetTransform;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.OutputType;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.Task;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the outputs of a run as a prediction. */
final class OutputReader {

    private final Signature signature;
    private final Set<String> requested;

    OutputReader(Signature signature, List<String> requested) {
        this.signature = signature;
        this.requested = new LinkedHashSet<>(requested);
    }

    /** Only these are computed. */
    Set<String> requested() {
        return requested;
    }

    /** The values of one run by graph output: {@code double[]} or {@code String[]}. */
    Map<String, Object> values(OrtSession.Result result, int rows) throws OrtException {
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

    /** A prediction of {@code size} rows; for no rows at all {@code values} may be empty. */
    Prediction prediction(Map<String, Object> values, int size, TargetTransform target) {
        if (signature.task() == Task.GENERIC) {
            Map<String, double[]> numbers = new LinkedHashMap<>();
            Map<String, String[]> labels = new LinkedHashMap<>();
            for (Output output : signature.outputs()) {
                if (output.type() == OutputType.STRING) {
                    labels.put(
                            output.name(), values.get(output.name()) instanceof String[] texts ? texts : new String[0]);
                } else {
                    numbers.put(
                            output.name(), values.get(output.name()) instanceof double[] found ? found : new double[0]);
                }
            }
            return new Prediction(size, signature.outputs(), numbers, labels);
        }
        double[] raw = values.values().stream()
                .findFirst()
                .map(found -> (double[]) found)
                .orElse(new double[0]);
        int classes = signature.classes().size();
        if (signature.task() == Task.REGRESSION) {
            raw = Arrays.stream(raw).map(target::invert).toArray();
        } else if (raw.length == size && classes == 2 && size > 0) {
            double[] both = new double[2 * size];
            for (int row = 0; row < size; row++) {
                both[2 * row] = 1 - raw[row];
                both[2 * row + 1] = raw[row];
            }
            raw = both;
        }
        int width = signature.task() == Task.REGRESSION ? 1 : classes;
        if (raw.length != size * width) {
            throw new ModelFormatException(
                    "the graph gave " + raw.length + " values for " + size + " rows of " + width);
        }
        return Prediction.standard(signature, size, raw);
    }

    /** One array out of those of several runs, in order. */
    static Object join(Object first, Object second) {
        if (first instanceof double[] numbers) {
            double[] more = (double[]) second;
            double[] joined = Arrays.copyOf(numbers, numbers.length + more.length);
            System.arraycopy(more, 0, joined, numbers.length, more.length);
            return joined;
        }
        String[] more = (String[]) second;
        String[] joined = Arrays.copyOf((String[]) first, ((String[]) first).length + more.length);
        System.arraycopy(more, 0, joined, ((String[]) first).length, more.length);
        return joined;
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
