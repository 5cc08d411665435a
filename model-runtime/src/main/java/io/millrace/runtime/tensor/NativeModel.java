package io.millrace.runtime.tensor;

import io.millrace.runtime.descriptor.TargetTransform;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A graph whose memory Java does not look after. Predictions run side by side; closing waits for them, since a freed graph that runs is
 * a crash.
 */
public abstract class NativeModel implements LoadedModel {

    private final Signature signature;
    private final OutputMapping outputs;
    private final TargetTransform target;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    protected NativeModel(Signature signature, OutputMapping outputs, TargetTransform target) {
        this.signature = signature;
        this.outputs = outputs;
        this.target = target;
    }

    /** Rows that one run may have. */
    protected abstract int maxBatch();

    /** {@code double[]} or {@code String[]} by requested output, for at least one row. */
    protected abstract Map<String, Object> run(Rows rows);

    /** Gives the memory back; called once, while nothing runs. */
    protected abstract void free();

    /** Outputs of the graph that a run is to give. */
    protected final Set<String> requested() {
        return outputs.requested();
    }

    @Override
    public final Signature signature() {
        return signature;
    }

    @Override
    public final Prediction predict(Rows rows) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the model is closed");
            }
            signature.check(rows);
            Map<String, Object> values = new LinkedHashMap<>();
            int batch = Math.min(maxBatch(), rows.size());
            for (int from = 0; from < rows.size(); from += batch) {
                run(batch == rows.size() ? rows : rows.slice(from, from + batch))
                        .forEach((name, part) -> values.merge(name, part, OutputMapping::join));
            }
            return outputs.prediction(values, rows.size(), target);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public final void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                free();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
