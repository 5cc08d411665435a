package io.millrace.serving.model;

import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.RowsLayout;
import io.millrace.runtime.spi.Signature;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A loaded version, shared by requests. It counts its users: the cache is one of them, each request is one while it runs,
 * and whoever leaves last closes the model.
 */
public final class ModelHandle {

    private static final Logger LOG = Logger.getLogger(ModelHandle.class);

    private final VersionId id;
    private final LoadedModel model;
    private final Signature signature;
    private final RowsLayout layout;
    private final String tag;
    private final List<VersionId> parts;
    private final @Nullable String joinedParts;
    private final AtomicInteger users = new AtomicInteger(1);

    ModelHandle(VersionId id, LoadedModel model) {
        this(id, id.toString(), List.of(id), model);
    }

    private ModelHandle(VersionId id, String tag, List<VersionId> parts, LoadedModel model) {
        this.id = id;
        this.tag = tag;
        this.parts = List.copyOf(parts);
        this.joinedParts = parts.size() < 2
                ? null
                : parts.stream().map(VersionId::toString).collect(Collectors.joining(","));
        this.model = model;
        this.signature = model.signature();
        this.layout = RowsLayout.of(signature.inputs());
    }

    /** A model made of several versions, known by the first of them. */
    public static ModelHandle joined(VersionId first, String tag, List<VersionId> parts, LoadedModel model) {
        return new ModelHandle(first, tag, parts, model);
    }

    /** What answers, so that two handles with one tag give the same answers. */
    public String tag() {
        return tag;
    }

    /** The versions that answer together; one, unless it is an ensemble. */
    public List<VersionId> parts() {
        return parts;
    }

    public VersionId id() {
        return id;
    }

    /** The versions that answer together, with commas between them; null when it is one. */
    public @Nullable String joinedParts() {
        return joinedParts;
    }

    /** Whether predicting waits for another machine. */
    public boolean remote() {
        return model.remote();
    }

    public Signature signature() {
        return signature;
    }

    /** The places of the signature's inputs. */
    public RowsLayout layout() {
        return layout;
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
