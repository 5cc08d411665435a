package io.millrace.runtime.onnx;

import ai.onnxruntime.OrtException;
import io.millrace.runtime.descriptor.TargetTransform;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.tensor.OutputMapping;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A graph that answers. Predictions run side by side; closing waits for them, since a freed session is a crash. */
final class OnnxModel implements LoadedModel {

    private final Runner runner;
    private final Signature signature;
    private final OutputMapping outputs;
    private final TargetTransform target;
    private final long featureBytes;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    OnnxModel(Runner runner, Signature signature, OutputMapping outputs, TargetTransform target, long featureBytes) {
        this.runner = runner;
        this.signature = signature;
        this.outputs = outputs;
        this.target = target;
        this.featureBytes = featureBytes;
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
            int batch = Math.min(runner.maxBatch(), rows.size());
            for (int from = 0; from < rows.size(); from += batch) {
                runner.run(batch == rows.size() ? rows : rows.slice(from, from + batch))
                        .forEach((name, part) -> values.merge(name, part, OutputMapping::join));
            }
            return outputs.prediction(values, rows.size(), target);
        } catch (OrtException e) {
            throw new ModelFormatException("ONNX Runtime cannot run the model: " + e.getMessage(), e);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public long memoryBytes() {
        return runner.memoryBytes() + featureBytes;
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                runner.close();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
