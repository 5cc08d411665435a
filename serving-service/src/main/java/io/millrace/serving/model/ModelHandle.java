package io.millrace.serving.model;

import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * A loaded version, shared by requests. It counts its users: the cache is one of them, each request is one while it runs,
 * and whoever leaves last closes the model.
 */
public final class ModelHandle {

    private static final Logger LOG = Logger.getLogger(ModelHandle.class);

    private final VersionId id;
    private final LoadedModel model;
    private final Signature signature;
    private final AtomicInteger users = new AtomicInteger(1);

    ModelHandle(VersionId id, LoadedModel model) {
        this.id = id;
        this.model = model;
        this.signature = model.signature();
    }

    public VersionId id() {
        return id;
    }

    public Signature signature() {
        return signature;
    }

    /** Becomes a user; false when the model is closed, then look at the routes again. */
    public boolean acquire() {
        for (int now = users.get(); now > 0; now = users.get()) {
            if (users.compareAndSet(now, now + 1)) {
                return true;
            }
        }
        return false;
    }

    /** Stops being a user; once for each {@link #acquire}. */
    public void release() {
        if (users.decrementAndGet() == 0) {
            model.close();
            LOG.infof("model closed model=%s", id);
        }
    }

    /** Only between {@link #acquire} and {@link #release}. */
    public Prediction predict(Rows rows) {
        return model.predict(rows);
    }

    long memoryBytes() {
        return model.memoryBytes();
    }
}
