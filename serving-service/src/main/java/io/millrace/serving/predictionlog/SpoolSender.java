package io.millrace.serving.predictionlog;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jboss.logging.Logger;

/** Moves predictions from the spool to the database, in order, from one thread; while the database is away it tries on. */
final class SpoolSender {

    private static final Logger LOG = Logger.getLogger(SpoolSender.class);
    private static final long FIRST_PAUSE_MS = 100;
    private static final long FORCE_MS = 1000;
    private static final int MAX_PASSED = 10_000;

    private final Spool spool;
    private final PredictionStore store;
    private final PredictionLogConfig config;
    private final Counter stored;
    private final Counter rejected;
    /** Records that the disk refused. */
    private final BlockingQueue<byte[]> passed = new ArrayBlockingQueue<>(MAX_PASSED);

    private final Thread thread = new Thread(this::run, "prediction-log-sender");
    private volatile boolean stopping;
    private volatile boolean failing;

    SpoolSender(Spool spool, PredictionStore store, PredictionLogConfig config, MeterRegistry meters) {
        this.spool = spool;
        this.store = store;
        this.config = config;
        this.stored = Counter.builder("millrace.serving.log.stored")
                .description("Predictions logged")
                .register(meters);
        this.rejected = Counter.builder("millrace.serving.log.rejected")
                .description("Predictions the database refused")
                .register(meters);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Sends what is there, as long as the database takes it and stopping may last. */
    void stop() {
        stopping = true;
        spool.wake();
        try {
            thread.join(config.stop().toMillis());
            thread.interrupt();
            thread.join(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes records past a spool that cannot be written, as long as there is room in memory; how many. */
    int pass(List<byte[]> records) {
        int taken = 0;
        for (byte[] record : records) {
            taken += passed.offer(record) ? 1 : 0;
        }
        return taken;
    }

    private void storePassed() {
        List<byte[]> records = new ArrayList<>();
        passed.drainTo(records, config.batch());
        if (records.isEmpty()) {
            return;
        }
        try {
            store.copy(records);
            stored.increment(records.size());
        } catch (RuntimeException e) {
            LOG.errorf("predictions could be stored neither on disk nor in the database lost=%d", records.size());
        }
    }

    private void run() {
        long pause = FIRST_PAUSE_MS;
        while (!stopping || (!failing && spool.unread() > 0)) {
            try {
                storePassed();
                List<byte[]> batch =
                        spool.peek(config.batch(), stopping ? 0 : config.flush().toMillis());
                if (batch.isEmpty() || sent(batch)) {
                    pause = FIRST_PAUSE_MS;
                } else {
                    pause(pause);
                    pause = Math.min(
                            pause * 2,
                            Math.max(FIRST_PAUSE_MS, config.retryMax().toMillis()));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (IOException e) {
                LOG.errorf(e, "the spool cannot be read, its predictions stay there until the next start");
                return;
            }
        }
    }

    /** While the database is away, what was spooled is forced to disk each second: it may have to lie there for long. */
    private void pause(long millis) throws IOException, InterruptedException {
        for (long left = millis; left > 0; left -= FORCE_MS) {
            spool.force();
            Thread.sleep(Math.min(left, FORCE_MS));
        }
    }

    private boolean sent(List<byte[]> batch) throws IOException {
        try {
            store.copy(batch);
            stored.increment(batch.size());
        } catch (RuntimeException e) {
            if (away(e)) {
                if (!failing) {
                    LOG.warnf("predictions cannot be stored, they wait on disk waiting=%d", spool.unread());
                }
                failing = true;
                return false;
            }
            if (!oneByOne(batch)) {
                return false;
            }
        }
        failing = false;
        spool.take(batch.size());
        return true;
    }

    /** One entry that the database refuses must not cost the others of its batch. False when the database went away. */
    private boolean oneByOne(List<byte[]> batch) {
        for (byte[] record : batch) {
            try {
                store.copy(List.of(record));
                stored.increment();
            } catch (RuntimeException e) {
                if (away(e)) {
                    return false;
                }
                rejected.increment();
                // The cause's text would show the row, which may hold what people want to keep to themselves.
                LOG.errorf("a prediction was refused by the database bytes=%d", record.length);
            }
        }
        return true;
    }

    private static boolean away(RuntimeException e) {
        return e instanceof PlatformException platform && platform.code() == ErrorCode.UNAVAILABLE;
    }
}
