package io.millrace.serving.predictionlog.minute;

import io.millrace.serving.predictionlog.minute.MinuteProfiles.Closed;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jboss.logging.Logger;

/** Stores the minutes that are over. */
@ApplicationScoped
class MinuteService {

    private static final Logger LOG = Logger.getLogger(MinuteService.class);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final int BATCH = 200;
    private static final int MAX_WAITING = 20_000;

    private final MinuteProfiles profiles;
    private final MinuteStore store;
    private final Clock clock;
    /** Minutes that the database has not taken yet, oldest first. */
    private final Deque<Closed> waiting = new ArrayDeque<>();

    MinuteService(MinuteProfiles profiles, MinuteStore store, Clock clock) {
        this.profiles = profiles;
        this.store = store;
        this.clock = clock;
    }

    /** Stores every minute that has been over for some seconds; those of a failed call come with the next. */
    void storeClosed() {
        store(clock.instant().minus(GRACE).truncatedTo(ChronoUnit.MINUTES));
    }

    private synchronized void store(Instant before) {
        waiting.addAll(profiles.close(before));
        while (waiting.size() > MAX_WAITING) {
            Closed lost = waiting.removeFirst();
            LOG.warnf(
                    "a minute's counts were dropped endpoint=%s rows=%d",
                    lost.key().endpoint(), lost.profile().rows());
        }
        while (!waiting.isEmpty()) {
            List<Closed> batch = new ArrayList<>(waiting).subList(0, Math.min(BATCH, waiting.size()));
            store.insert(batch);
            for (int i = 0; i < batch.size(); i++) {
                waiting.removeFirst();
            }
        }
    }

    void stop(@Observes ShutdownEvent event) {
        try {
            store(Instant.MAX);
        } catch (RuntimeException e) {
            LOG.warnf("the last minutes of predictions were not counted reason=%s", e.getMessage());
        }
    }
}
