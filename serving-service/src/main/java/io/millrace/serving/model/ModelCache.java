package io.millrace.serving.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.runtime.catalog.FormatCatalog;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Rows;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;

/**
 * Versions in memory. Its lock is held only to look at or change the table, never while a model loads or predicts; no
 * request takes it, requests hold a {@link ModelHandle} from the routes.
 */
@Startup // A folder of formats that cannot be read stops the start, with the reason.
@ApplicationScoped
public class ModelCache {

    private static final Logger LOG = Logger.getLogger(ModelCache.class);

    private final ModelFolders folders;
    private final ModelConfig config;
    private final Clock clock;
    private final Event<ModelSettled> settled;
    private final Event<TrustChanged> trust;
    private final MeterRegistry meters;
    private final FormatCatalog formats;
    private final ExecutorService loaders;
    private final Map<VersionId, Slot> slots = new HashMap<>();
    private final RecordedRows recorded;
    private final ObjectMapper json;
    /** Counts the refreshes, to tell which spare was used last. */
    private long round;

    /** A version's place; guarded by the cache, but for what only its loader reads. A failed version keeps showing why while it is tried again. */
    private static final class Slot {
        private ModelState state = new ModelState.Loading();
        private boolean running = true;
        private boolean wanted = true;
        private boolean refused;
        private long lastWanted;
        private int failures;
        private Instant retryAt = Instant.MAX;
    }

    ModelCache(
            ModelFolders folders,
            ModelConfig config,
            RecordedRows recorded,
            ObjectMapper json,
            Clock clock,
            Event<ModelSettled> settled,
            Event<TrustChanged> trust,
            MeterRegistry meters) {
        this.recorded = recorded;
        this.json = json;
        this.folders = folders;
        this.config = config;
        this.formats = config.formats().map(FormatCatalog::load).orElseGet(FormatCatalog::load);
        this.clock = clock;
        this.settled = settled;
        this.trust = trust;
        this.meters = meters;
        this.loaders = Executors.newFixedThreadPool(config.loaders(), task -> {
            Thread thread = new Thread(task, "model-loader");
            thread.setDaemon(true);
            return thread;
        });
        Gauge.builder("millrace.serving.models", this, ModelCache::loadedCount)
                .description("Versions in memory")
                .register(meters);
        Gauge.builder("millrace.serving.model.memory", this, ModelCache::loadedBytes)
                .baseUnit("bytes")
                .description("Estimated memory of the versions in memory")
                .register(meters);
    }

    /** How far a version is; asking for an unknown one, or a failed one after its pause, starts loading it. */
    public synchronized ModelState request(VersionId id) {
        Slot slot = slots.get(id);
        if (slot == null) {
            slot = new Slot();
            slots.put(id, slot);
            start(id, slot);
        } else if (!slot.running && !clock.instant().isBefore(slot.retryAt)) {
            slot.running = true;
            start(id, slot);
        }
        slot.wanted = true;
        slot.lastWanted = round;
        return slot.state;
    }

    /**
     * Lets go of versions that are not wanted: a model closes when its last request has ended. The last few that were wanted
     * stay as spares while there is memory for them.
     */
    public void retain(Set<VersionId> wanted) {
        if (drop(wanted, config.spares())) {
            folders.clean(wanted);
        }
    }

    private synchronized boolean drop(Set<VersionId> wanted, int spares) {
        round++;
        boolean dropped = false;
        for (Iterator<Map.Entry<VersionId, Slot>> all = slots.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<VersionId, Slot> entry = all.next();
            Slot slot = entry.getValue();
            slot.wanted = wanted.contains(entry.getKey());
            if (slot.wanted) {
                slot.lastWanted = round;
            } else if (!(slot.state instanceof ModelState.Ready)) {
                all.remove();
                dropped = true;
            }
        }
        while (spareCount() > spares || bytes() > budget()) {
            if (!dropSpare()) {
                break;
            }
            dropped = true;
        }
        return dropped;
    }

    private boolean spare(Slot slot) {
        return !slot.wanted && slot.state instanceof ModelState.Ready;
    }

    private long spareCount() {
        return slots.values().stream().filter(this::spare).count();
    }

    /** Unloads the spare that was wanted longest ago. */
    private boolean dropSpare() {
        Optional<VersionId> oldest = slots.entrySet().stream()
                .filter(entry -> spare(entry.getValue()))
                .min(Comparator.comparingLong(entry -> entry.getValue().lastWanted))
                .map(Map.Entry::getKey);
        oldest.map(slots::remove).ifPresent(slot -> release(slot.state));
        return oldest.isPresent();
    }

    private long budget() {
        return config.memory().map(MemorySize::asLongValue).orElse(Long.MAX_VALUE);
    }

    private long bytes() {
        return slots.values().stream()
                .mapToLong(slot -> slot.state instanceof ModelState.Ready ready
                        ? ready.handle().memoryBytes()
                        : 0)
                .sum();
    }

    private static void release(ModelState state) {
        if (state instanceof ModelState.Ready ready) {
            ready.handle().release();
        }
    }

    private void start(VersionId id, Slot slot) {
        loaders.execute(() -> {
            try {
                ModelHandle handle = new ModelHandle(id, load(id));
                LOG.infof("model loaded model=%s bytes=%d", id, handle.memoryBytes());
                loaded(id, slot, handle);
                if (slot.refused) {
                    slot.refused = false;
                    trust.fire(new TrustChanged(id, null));
                }
            } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
                failed(id, slot, e);
                if (e instanceof ModelFormatException format && format.isTampered()) {
                    slot.refused = true;
                    trust.fire(new TrustChanged(id, e.getMessage()));
                }
            }
            settled.fire(new ModelSettled(id));
        });
    }

    private LoadedModel load(VersionId id) {
        LoadOptions options = new LoadOptions(
                1,
                config.externalServers().orElse(Set.of()),
                config.dataDir().toAbsolutePath().resolve("natives"));
        List<Map<String, ?>> candidates = new ArrayList<>();
        LoadedModel model = folders.read(id, folder -> {
            candidates.addAll(WarmUp.stored(folder, json));
            return formats.open(folder, options);
        });
        try {
            candidates.addAll(recorded.of(id.model()));
            List<Rows> rows = WarmUp.fitting(model.signature(), candidates);
            for (int i = 0; i < Math.max(config.warmUp(), rows.size()); i++) {
                model.predict(rows.get(i % rows.size()));
            }
            return model;
        } catch (RuntimeException | LinkageError e) {
            model.close();
            throw e;
        }
    }

    /** Whether there is room for more, after unloading spares if need be. */
    private boolean fits(long more) {
        while (bytes() + more > budget()) {
            if (!dropSpare()) {
                return false;
            }
        }
        return true;
    }

    private synchronized void loaded(VersionId id, Slot slot, ModelHandle handle) {
        if (slots.get(id) == slot && !fits(handle.memoryBytes())) {
            handle.release();
            throw new ModelFormatException("version " + id + " needs " + handle.memoryBytes()
                    + " bytes; versions in memory hold " + bytes() + " of millrace.serving.model.memory = " + budget());
        }
        slot.running = false;
        slot.retryAt = Instant.MAX;
        slot.state = new ModelState.Ready(handle);
        if (slots.get(id) != slot) {
            // Nobody wants it any more: the wish went while it loaded.
            handle.release();
        }
    }

    private synchronized void failed(VersionId id, Slot slot, Throwable cause) {
        slot.failures++;
        meters.counter("millrace.serving.model.load.failures", "model", id.model())
                .increment();
        Duration pause = config.retry().multipliedBy(1L << Math.min(slot.failures - 1, 20));
        Duration longest = config.retryMax();
        slot.retryAt = clock.instant().plus(pause.compareTo(longest) > 0 ? longest : pause);
        slot.running = false;
        String detail = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        slot.state = new ModelState.Failed(detail.length() > 500 ? detail.substring(0, 500) : detail);
        if (slot.failures == 1) {
            LOG.errorf(cause, "model failed to load model=%s", id);
        } else {
            LOG.warnf("model failed to load again model=%s attempt=%d reason=%s", id, slot.failures, detail);
        }
    }

    private synchronized double loadedCount() {
        return slots.values().stream()
                .filter(slot -> slot.state instanceof ModelState.Ready)
                .count();
    }

    private synchronized double loadedBytes() {
        return bytes();
    }

    @PreDestroy
    void close() {
        loaders.shutdownNow();
        drop(Set.of(), 0);
    }
}
