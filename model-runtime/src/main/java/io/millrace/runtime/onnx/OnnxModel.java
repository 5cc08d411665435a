package io.millrace.runtime.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
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

/** One ONNX Runtime session. Predictions run side by side; closing waits for them, since a freed session is a crash. */
final class OnnxModel implements LoadedModel {

    /** Session, thread pool and arena of a small model, measured as the growth of the process. */
    private static final long SESSION_BYTES = 2L << 20;

    private final OrtSession session;
    private final Signature signature;
    private final Feeder feeder;
    private final OutputMapping outputs;
    private final TargetTransform target;
    private final long bytes;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    OnnxModel(
            OrtSession session,
            Signature signature,
            Feeder feeder,
            OutputMapping outputs,
            TargetTransform target,
            long bytes) {
        this.session = session;
        this.signature = signature;
        this.feeder = feeder;
        this.outputs = outputs;
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
            int batch = Math.min(feeder.maxBatch(), rows.size());
            for (int from = 0; from < rows.size(); from += batch) {
                run(batch == rows.size() ? rows : rows.slice(from, from + batch))
                        .forEach((name, part) -> values.merge(name, part, OutputMapping::join));
            }
            return outputs.prediction(values, rows.size(), target);
        } catch (OrtException e) {
            throw new ModelFormatException("ONNX Runtime cannot run the model: " + e.getMessage(), e);
        } finally {
            lock.readLock().unlock();
        }
    }

    private Map<String, Object> run(Rows rows) throws OrtException {
        try (Feeder.Feed feed = feeder.feed(rows);
                OrtSession.Result result = session.run(feed.tensors(), outputs.requested())) {
            return OutputReader.values(result, outputs.requested(), rows.size());
        }
    }

    @Override
    public long memoryBytes() {
        return SESSION_BYTES + bytes;
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                close(session);
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    static void close(OrtSession session) {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime did not close a session", e);
        }
    }
}
