package io.millrace.serving.predictionlog;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.serving.predictionlog.spool.Records;
import io.millrace.serving.predictionlog.spool.Spool;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jboss.logging.Logger;

/**
 * Moves predictions from the spool to the database, in order, from one thread, which also makes rows of COPY of them; while the
 * database is away it tries on.
 */
final class SpoolSender {

    private static final Logger LOG = Logger.getLogger(SpoolSender.class);
    private static final long FIRST_PAUSE_MS = 100;
    private static final long FORCE_MS = 1000;
    private static final int MAX_PASSED = 10_000;

    /** Classes of SQLSTATE: data that do not fit, a violated constraint, a row that is too large. */
    private static final Set<String> REFUSED = Set.of("22", "23", "54");

    private final Spool spool;
    private final PredictionStore store;
    private final PredictionLogConfig config;
    /** Of the thread. */
    private final CopyRow row = new CopyRow();

    private final Counter dropped;
    private final Counter stored;
    private final Counter rejected;
    /** Records that the disk refused. */
    private final BlockingQueue<byte[]> passed = new ArrayBlockingQueue<>(MAX_PASSED);

    private final Thread thread = new Thread(this::run, "prediction-log-sender");
    private volatile boolean stopping;
    private volatile boolean failing;

    SpoolSender(Spool spool, PredictionStore store, PredictionLogConfig config, Counter dropped, MeterRegistry meters) {
        this.spool = spool;
        this.store = store;
        this.config = config;
        this.dropped = dropped;
        this.stored = Counter.builder("millrace.serving.log.stored")
                .description("Predictions logged")
                .register(meters);
        this.rejected = Counter.builder("millrace.serving.log.rejected")
                .description("Predictions the database refused, or that cannot be read")
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
    int pass(Records records) {
        int taken = 0;
        for (byte[] record : records.each()) {
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
        List<byte[]> rows = rows(records);
        try {
            store.copy(rows);
            stored.increment(rows.size());
            unreadable(records.size() - rows.size());
        } catch (RuntimeException e) {
            dropped.increment(records.size());
            LOG.errorf("predictions could be stored neither on disk nor in the database lost=%d", records.size());
        }
    }

    /** The records that can be read, as rows of COPY. */
    private List<byte[]> rows(List<byte[]> records) {
        List<byte[]> rows = new ArrayList<>(records.size());
        for (byte[] record : records) {
            try {
                rows.add(row.of(record));
            } catch (RuntimeException e) {
                // Counted once the others are stored: until then they all are read again.
                LOG.debugf("a record of the spool cannot be read bytes=%d", record.length);
            }
        }
        return rows;
    }

    private void unreadable(int count) {
        if (count > 0) {
            rejected.increment(count);
            LOG.errorf("records of the spool cannot be read, perhaps another release wrote them count=%d", count);
        }
    }

    private void run() {
        long pause = FIRST_PAUSE_MS;
        while (!stopping || (!failing && spool.unread() > 0)) {
            try {
                tend();
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

    private void tend() {
        try {
            spool.tend();
        } catch (IOException e) {
            LOG.debugf("the spool has no room prepared reason=%s", e.getMessage());
        }
    }

    /** While the database is away, what was spooled is forced to disk each second: it may have to lie there for long. */
    private void pause(long millis) throws IOException, InterruptedException {
        for (long left = millis; left > 0; left -= FORCE_MS) {
            spool.force();
            tend();
            Thread.sleep(Math.min(left, FORCE_MS));
        }
    }

    private boolean sent(List<byte[]> batch) throws IOException {
        List<byte[]> rows = rows(batch);
        try {
            store.copy(rows);
            stored.increment(rows.size());
        } catch (RuntimeException e) {
            if (!refused(e)) {
                if (!failing) {
                    LOG.warnf(
                            "predictions cannot be stored, they wait on disk waiting=%d reason=%s",
                            spool.unread(), e.getMessage());
                }
                failing = true;
                return false;
            }
            if (!oneByOne(rows)) {
                return false;
            }
        }
        failing = false;
        unreadable(batch.size() - rows.size());
        spool.take(batch.size());
        return true;
    }

    /** One entry that the database refuses must not cost the others of its batch. False when it could not be asked. */
    private boolean oneByOne(List<byte[]> rows) {
        for (byte[] each : rows) {
            try {
                store.copy(List.of(each));
                stored.increment();
            } catch (RuntimeException e) {
                if (!refused(e)) {
                    return false;
                }
                rejected.increment();
                // The cause's text would show the row, which may hold what people want to keep to themselves.
                LOG.errorf("a prediction was refused by the database bytes=%d", each.length);
            }
        }
        return true;
    }

    /**
     * Whether the database found fault with a row itself. Anything else may pass: the database is away, only reads, is of another
     * release, or this thread is being stopped.
     */
    private static boolean refused(RuntimeException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return REFUSED.contains(sql.getSQLState().substring(0, 2));
            }
        }
        return false;
    }
}
