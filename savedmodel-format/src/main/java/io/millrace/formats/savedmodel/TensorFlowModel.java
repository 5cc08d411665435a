package io.millrace.formats.savedmodel;

import io.millrace.runtime.descriptor.TargetTransform;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.tensor.NativeModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.NdArray;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.types.TString;

/** One session. */
final class TensorFlowModel extends NativeModel {

    /** Session, graph and executors: a small model grew the process by 1.3 MiB. */
    private static final long SESSION_BYTES = 2L << 20;

    private static final int LONGEST_REASON = 300;

    private final SavedModelBundle bundle;
    private final Map<String, String> tensors;
    private final TensorFeed feed;
    private final long bytes;

    /** @param bytes of weights and graph */
    TensorFlowModel(
            SavedModelBundle bundle,
            ServingSignature serving,
            Signature signature,
            TensorFeed feed,
            TargetTransform target,
            long bytes) {
        super(signature, serving.graph().outputs(signature), target);
        this.bundle = bundle;
        this.tensors = serving.tensors();
        this.feed = feed;
        this.bytes = bytes;
    }

    @Override
    protected int maxBatch() {
        return feed.maxBatch();
    }

    @Override
    protected Map<String, Object> run(Rows rows) {
        List<Tensor> fed = new ArrayList<>();
        try {
            Session.Runner runner = bundle.session().runner();
            feed.feed(rows, (input, tensor) -> {
                fed.add(tensor);
                runner.feed(tensors.getOrDefault(input, input), tensor);
            });
            requested().forEach(output -> runner.fetch(tensors.getOrDefault(output, output)));
            try (Result result = runner.run()) {
                Map<String, Object> values = new LinkedHashMap<>();
                int at = 0;
                for (String output : requested()) {
                    values.put(output, values(output, result.get(at++), rows.size()));
                }
                return values;
            }
        } catch (TensorFlowException e) {
            throw new ModelFormatException("TensorFlow cannot run the model: " + reason(e), e);
        } finally {
            fed.forEach(Tensor::close);
        }
    }

    private static Object values(String output, Tensor tensor, int rows) {
        int length = Math.toIntExact(tensor.shape().size());
        if (length % rows != 0) {
            throw new ModelFormatException("output " + output + " has " + length + " values for " + rows + " rows");
        }
        if (tensor instanceof TString texts) {
            List<String> read = new ArrayList<>(length);
            for (NdArray<String> text : texts.scalars()) {
                read.add(text.getObject());
            }
            return read.toArray(String[]::new);
        }
        ByteDataBuffer data = tensor.asRawTensor().data();
        double[] values = new double[length];
        switch (tensor.dataType()) {
            case DT_FLOAT -> {
                float[] numbers = new float[length];
                data.asFloats().read(numbers);
                for (int i = 0; i < length; i++) {
                    values[i] = numbers[i];
                }
            }
            case DT_DOUBLE -> data.asDoubles().read(values);
            case DT_INT64 -> {
                long[] numbers = new long[length];
                data.asLongs().read(numbers);
                Arrays.setAll(values, i -> numbers[i]);
            }
            case DT_INT32 -> {
                int[] numbers = new int[length];
                data.asInts().read(numbers);
                Arrays.setAll(values, i -> numbers[i]);
            }
            case DT_BOOL -> Arrays.setAll(values, data::getByte);
            default -> throw new ModelFormatException("outputs of type " + tensor.dataType() + " are not supported");
        }
        return values;
    }

    /** TensorFlow's first line: what follows is a trace of its own. */
    static String reason(RuntimeException e) {
        String text = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return text.length() > LONGEST_REASON ? text.substring(0, LONGEST_REASON) : text;
    }

    @Override
    public long memoryBytes() {
        return SESSION_BYTES + bytes + feed.memoryBytes();
    }

    @Override
    protected void free() {
        bundle.close();
    }
}
