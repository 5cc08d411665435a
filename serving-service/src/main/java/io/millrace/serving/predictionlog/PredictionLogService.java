package io.millrace.serving.predictionlog;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.serving.model.RecordedRows;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes predictions without ever waiting. One thread counts them and appends them to the {@link Spool} at once, another moves
 * them from there to the database; so what was predicted outlives a kill, and an outage up to the spool's size. What finds
 * the queue or the spool full is dropped and counted.
 */
@Singleton
public class PredictionLogService {

    private static final Logger LOG = Logger.getLogger(PredictionLogService.class);
    private static final long SEGMENT_BYTES = 8 << 20;
    private static final int EMPTY_LOOKS = 20;

    private final PredictionStore store;
    private final MinuteProfiles minutes;
    private final RecordedRows recorded;
    private final PredictionLogConfig config;
    private final CopyLine lines;
    private final BlockingQueue<PredictionEntry> queue;
    private final long maxWeight;
    private final AtomicLong weight = new AtomicLong();
    private final Counter dropped;
    private final Counter damaged;
    private final MeterRegistry meters;
    private final Thread spooler = new Thread(this::spool, "prediction-log");
    private volatile boolean stopping;
    /** How many more times to look before it sleeps until a row comes. Of the spooling thread alone. */
    private int gathering;

    private @Nullable Spool spool;
    private @Nullable SpoolSender sender;

    PredictionLogService(
            PredictionStore store,
            MinuteProfiles minutes,
            RecordedRows recorded,
            PredictionLogConfig config,
            ObjectMapper json,
            MeterRegistry meters) {
        this.store = store;
        this.minutes = minutes;
        this.recorded = recorded;
        this.config = config;
        this.lines = new CopyLine(json);
        this.meters = meters;
        this.queue = new ArrayBlockingQueue<>(config.queue());
        this.maxWeight = config.queueMemory().asLongValue();
        this.dropped = counter("dropped", "Predictions not logged because the queue or the spool was full");
        this.damaged = counter("damaged", "Spooled predictions that could not be read back after a restart");
        Gauge.builder("millrace.serving.log.queue", queue, BlockingQueue::size)
                .description("Predictions waiting in memory to be logged")
                .register(meters);
        spooler.setDaemon(true);
    }

    private Counter counter(String what, String description) {
        return Counter.builder("millrace.serving.log." + what)
                .description(description)
                .register(meters);
    }

    /** Logs an entry, or drops and counts it. Returns at once; called concurrently. */
    public void add(PredictionEntry entry) {
        long more = entry.weight();
        if (weight.addAndGet(more) > maxWeight || !queue.offer(entry)) {
            weight.addAndGet(-more);
            dropped.increment();
        }
    }

    void start(@Observes StartupEvent event) {
        try {
            Spool opened = new Spool(
                    config.dataDir().toAbsolutePath().normalize().resolve("prediction-log"),
                    config.spool().asLongValue(),
                    SEGMENT_BYTES);
            if (opened.unread() > 0 || opened.damaged() > 0) {
                LOG.infof("predictions found in the spool waiting=%d damaged=%d", opened.unread(), opened.damaged());
            }
            damaged.increment(opened.damaged());
            Gauge.builder("millrace.serving.log.spool", opened, Spool::unread)
                    .description("Predictions waiting on disk for the database")
                    .register(meters);
            Gauge.builder("millrace.serving.log.spool.size", opened, Spool::bytes)
                    .baseUnit("bytes")
                    .description("Size of the spool on disk")
                    .register(meters);
            SpoolSender started = new SpoolSender(opened, store, config, meters);
            started.start();
            spool = opened;
            sender = started;
            spooler.start();
        } catch (IOException e) {
            throw new UncheckedIOException("the prediction log cannot be opened below " + config.dataDir(), e);
        }
    }

    void stop(@Observes ShutdownEvent event) {
        stopping = true;
        join(spooler);
        if (sender != null) {
            sender.stop();
        }
        if (spool != null) {
            try {
                if (spool.unread() > 0) {
                    LOG.warnf("stopped while predictions wait in the spool waiting=%d", spool.unread());
                }
                spool.close();
            } catch (IOException e) {
                LOG.warnf("the spool could not be closed reason=%s", e.getMessage());
            }
        }
    }

    private void join(Thread thread) {
        try {
            thread.join(config.stop().toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void spool() {
        List<PredictionEntry> batch = new ArrayList<>(config.batch());
        try {
            while (!stopping || !queue.isEmpty()) {
                next(batch);
                if (!batch.isEmpty()) {
                    keep(batch);
                    batch.forEach(entry -> weight.addAndGet(-entry.weight()));
                    batch.clear();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * What has gathered. While rows come, this looks for them every so often: asleep in the queue it would be woken up, by the
     * thread that answers, for each of them.
     */
    private void next(List<PredictionEntry> batch) throws InterruptedException {
        if (gathering > 0) {
            LockSupport.parkNanos(config.gather().toNanos());
            queue.drainTo(batch, config.batch());
            gathering = batch.isEmpty() ? gathering - 1 : EMPTY_LOOKS;
            return;
        }
        PredictionEntry first = queue.poll(50, TimeUnit.MILLISECONDS);
        if (first != null) {
            batch.add(first);
            queue.drainTo(batch, config.batch() - 1);
            gathering = config.gather().isZero() ? 0 : EMPTY_LOOKS;
        }
    }

    private void keep(List<PredictionEntry> batch) {
        recorded.add(batch.get(0).model(), batch.get(0).inputs().toMap());
        List<byte[]> records = new ArrayList<>(batch.size());
        for (PredictionEntry entry : batch) {
            boolean sampled = entry.sampled();
            try {
                minutes.add(entry, sampled);
                if (sampled) {
                    records.add(lines.of(entry));
                }
            } catch (RuntimeException e) {
                // One row that cannot be written must not end the thread.
                LOG.errorf(e, "a prediction cannot be logged endpoint=%s", entry.endpoint());
                dropped.increment();
            }
        }
        SpoolSender to = sender;
        Spool open = spool;
        if (records.isEmpty() || open == null || to == null) {
            return;
        }
        try {
            dropped.increment(records.size() - open.append(records, to.failing()));
        } catch (IOException e) {
            LOG.errorf("the spool cannot be written reason=%s", e.getMessage());
            dropped.increment(records.size() - to.storeNow(records));
        }
    }
}
