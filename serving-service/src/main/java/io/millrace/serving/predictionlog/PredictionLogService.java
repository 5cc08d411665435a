package io.millrace.serving.predictionlog;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Takes predictions without ever waiting and stores them from one thread. While the database is away the batch in hand is
 * tried again and again and the queue fills; what finds it full is dropped and counted, so memory stays bounded.
 */
@ApplicationScoped
public class PredictionLogService {

    private static final Logger LOG = Logger.getLogger(PredictionLogService.class);
    private static final long FIRST_PAUSE_MS = 100;

    private final PredictionStore store;
    private final PredictionLogConfig config;
    private final BlockingQueue<PredictionEntry> queue;
    private final long maxWeight;
    private final AtomicLong weight = new AtomicLong();
    private final Counter dropped;
    private final Counter stored;
    private final Counter rejected;
    private final Thread writer = new Thread(this::run, "prediction-log");
    private volatile boolean stopping;

    PredictionLogService(PredictionStore store, PredictionLogConfig config, MeterRegistry meters) {
        this.store = store;
        this.config = config;
        this.queue = new ArrayBlockingQueue<>(config.queue());
        this.maxWeight = config.queueMemory().asLongValue();
        this.dropped = counter(meters, "dropped", "Predictions not logged because the queue was full");
        this.stored = counter(meters, "stored", "Predictions logged");
        this.rejected = counter(meters, "rejected", "Predictions the database refused");
        Gauge.builder("millrace.serving.log.queue", queue, BlockingQueue::size)
                .description("Predictions waiting to be logged")
                .register(meters);
        writer.setDaemon(true);
    }

    private static Counter counter(MeterRegistry meters, String what, String description) {
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
        writer.start();
    }

    void stop(@Observes ShutdownEvent event) {
        stopping = true;
        try {
            writer.join(config.stop().toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (writer.isAlive()) {
            writer.interrupt();
            LOG.errorf("stopped before all predictions were logged lost=%d", queue.size());
        }
    }

    private void run() {
        List<PredictionEntry> batch = new ArrayList<>(config.batch());
        try {
            while (!stopping || !queue.isEmpty()) {
                collect(batch);
                if (!batch.isEmpty()) {
                    write(batch);
                    batch.forEach(entry -> weight.addAndGet(-entry.weight()));
                    batch.clear();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a first entry, then for others until the batch is full or the flush time is over. */
    private void collect(List<PredictionEntry> batch) throws InterruptedException {
        long flush = config.flush().toNanos();
        PredictionEntry first = queue.poll(flush, TimeUnit.NANOSECONDS);
        if (first == null) {
            return;
        }
        batch.add(first);
        long until = System.nanoTime() + flush;
        queue.drainTo(batch, config.batch() - batch.size());
        while (batch.size() < config.batch() && !stopping) {
            PredictionEntry next = queue.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                return;
            }
            batch.add(next);
            queue.drainTo(batch, config.batch() - batch.size());
        }
    }

    private void write(List<PredictionEntry> batch) throws InterruptedException {
        long pause = FIRST_PAUSE_MS;
        while (true) {
            try {
                store.insert(batch);
                stored.increment(batch.size());
                return;
            } catch (RuntimeException e) {
                if (!away(e)) {
                    oneByOne(batch, e);
                    return;
                }
                if (pause == FIRST_PAUSE_MS) {
                    LOG.warnf("predictions cannot be logged, trying again waiting=%d", queue.size() + batch.size());
                }
                Thread.sleep(pause);
                pause = Math.min(
                        pause * 2, Math.max(FIRST_PAUSE_MS, config.retryMax().toMillis()));
            }
        }
    }

    /** One entry that the database refuses must not cost the others of its batch. */
    private void oneByOne(List<PredictionEntry> batch, RuntimeException reason) throws InterruptedException {
        if (batch.size() == 1) {
            rejected.increment();
            LOG.errorf(
                    reason,
                    "a prediction was refused by the database endpoint=%s",
                    batch.get(0).endpoint());
            return;
        }
        for (PredictionEntry entry : batch) {
            write(List.of(entry));
        }
    }

    private static boolean away(RuntimeException e) {
        return e instanceof PlatformException platform && platform.code() == ErrorCode.UNAVAILABLE;
    }
}
