package io.millrace.formats.savedmodel;

import io.millrace.runtime.descriptor.TargetTransform;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.tensor.OutputMapping;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.NdArray;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.types.TString;

/** One session. Predictions run side by side; closing waits for them, since a freed session is a crash. */
final class TensorFlowModel implements LoadedModel {

    /** Session, graph and executors: a small model grew the process by 1.3 MiB. */
    private static final long SESSION_BYTES = 2L << 20;

    private static final int LONGEST_REASON = 300;

    private final SavedModelBundle bundle;
    private final Map<String, String> tensors;
    private final Signature signature;
    private final TensorFeed feed;
    private final OutputMapping outputs;
    private final TargetTransform target;
    private final long bytes;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    /** @param bytes of weights and graph */
    TensorFlowModel(
            SavedModelBundle bundle,
            ServingSignature serving,
            Signature signature,
            TensorFeed feed,
            TargetTransform target,
            long bytes) {
        this.bundle = bundle;
        this.tensors = serving.tensors();
        this.signature = signature;
        this.feed = feed;
        this.outputs = serving.graph().outputs(signature);
        this.target = target;
        this.bytes = bytes;
    }

    @Override
    public Signature signature() {
        return signature;
    }

    @Override
    public Prediction predict(Rows rows) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the model is closed");
            }
            signature.check(rows);
            Map<String, Object> values = new LinkedHashMap<>();
            int batch = Math.min(feed.maxBatch(), rows.size());
            for (int from = 0; from < rows.size(); from += batch) {
                run(batch == rows.size() ? rows : rows.slice(from, from + batch))
                        .forEach((name, part) -> values.merge(name, part, OutputMapping::join));
            }
            return outputs.prediction(values, rows.size(), target);
        } catch (TensorFlowException e) {
            throw new ModelFormatException("TensorFlow cannot run the model: " + reason(e), e);
        } finally {
            lock.readLock().unlock();
        }
    }

    private Map<String, Object> run(Rows rows) {
        List<Tensor> fed = new ArrayList<>();
        try {
            Session.Runner runner = bundle.session().runner();
            feed.feed(rows, (input, tensor) -> {
                fed.add(tensor);
                runner.feed(tensors.getOrDefault(input, input), tensor);
            });
            outputs.requested().forEach(output -> runner.fetch(tensors.getOrDefault(output, output)));
            try (Result result = runner.run()) {
                Map<String, Object> values = new LinkedHashMap<>();
                int at = 0;
                for (String output : outputs.requested()) {
                    values.put(output, values(output, result.get(at++), rows.size()));
                }
                return values;
            }
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
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                bundle.close();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
