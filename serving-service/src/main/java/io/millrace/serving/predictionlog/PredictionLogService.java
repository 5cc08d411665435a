package io.millrace.serving.predictionlog;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.serving.model.RecordedRows;
import io.millrace.serving.predictionlog.minute.MinuteProfiles;
import io.millrace.serving.predictionlog.spool.Records;
import io.millrace.serving.predictionlog.spool.Spool;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Counts predictions and appends them to the {@link Spool} before they are answered; another thread moves them from there to the
 * database. So what was answered outlives a kill, and an outage up to the spool's size. What finds the spool full is dropped and
 * counted.
 */
@Singleton
public class PredictionLogService {

    private static final Logger LOG = Logger.getLogger(PredictionLogService.class);
    private static final int SEGMENT_BYTES = 4 << 20;
    /** Appended at once: the rows of a large request take turns with those of others. */
    private static final int TURN_BYTES = 1 << 18;

    private final PredictionStore store;
    private final MinuteProfiles minutes;
    private final RecordedRows recorded;
    private final PredictionLogConfig config;
    private final ThreadLocal<EntryWriter> writers;
    private final Counter dropped;
    private final Counter damaged;
    private final MeterRegistry meters;

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
        this.writers = ThreadLocal.withInitial(() -> new EntryWriter(json));
        this.meters = meters;
        this.dropped = counter(
                "dropped", "Predictions not logged: the spool was full, or neither disk nor database took them");
        this.damaged = counter("damaged", "Spooled predictions that could not be read back after a restart");
    }

    private Counter counter(String what, String description) {
        return Counter.builder("millrace.serving.log." + what)
                .description(description)
                .register(meters);
    }

    /**
     * Logs the rows of one request to one arm, or drops and counts them. Waits for neither the database nor a disk that works;
     * called concurrently.
     */
    public void add(List<PredictionEntry> entries) {
        PredictionEntry first = entries.get(0);
        recorded.add(first.model(), first.receivedAt(), first.inputs()::toMap);
        minutes.add(entries);
        EntryWriter writer = writers.get();
        Records records = writer.records();
        for (PredictionEntry entry : entries) {
            if (!entry.sampled()) {
                continue;
            }
            try {
                writer.add(entry);
            } catch (RuntimeException e) {
                // One row that cannot be written costs neither the others nor the answer.
                LOG.errorf(e, "a prediction cannot be logged endpoint=%s", entry.endpoint());
                dropped.increment();
            }
            if (records.length() > TURN_BYTES) {
                append(records);
            }
        }
        append(records);
    }

    private void append(Records records) {
        Spool open = spool;
        SpoolSender to = sender;
        try {
            if (open == null || to == null) {
                dropped.increment(records.count());
            } else if (records.count() > 0) {
                dropped.increment(records.count() - open.append(records));
            }
        } catch (IOException e) {
            LOG.errorf("the spool cannot be written reason=%s", e.getMessage());
            dropped.increment(records.count() - to.pass(records));
        } finally {
            records.clear();
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
                    .description("Size of the predictions waiting on disk")
                    .register(meters);
            SpoolSender started = new SpoolSender(opened, store, config, dropped, meters);
            started.start();
            spool = opened;
            sender = started;
        } catch (IOException e) {
            throw new UncheckedIOException("the prediction log cannot be opened below " + config.dataDir(), e);
        }
    }

    void stop(@Observes ShutdownEvent event) {
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
}
