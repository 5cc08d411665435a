package io.millrace.serving.predictionlog.minute;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.serving.predictionlog.PredictionEntry;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Counts of every row, by minute, until they are stored. Guarded by itself. */
@Singleton
public class MinuteProfiles {

    private static final int MAX = 20_000;
    private static final int TURN = 100;

    private final Map<Key, MinuteProfile> open = new HashMap<>();
    private final Counter dropped;

    public MinuteProfiles(MeterRegistry meters) {
        this.dropped = Counter.builder("millrace.serving.profile.dropped")
                .description("Rows left out of the minute profiles because too many of them waited for the database")
                .register(meters);
    }

    /** Whose rows are counted together. */
    record Key(String endpoint, String arm, String role, String model, int version, Instant minute) {}

    /** A minute that is over. The part sets it apart from others of the same key, so storing it twice is harmless. */
    record Closed(Key key, UUID part, MinuteProfile profile) {}

    /** Counts the rows of one request to one arm; many of them in turns with those of other requests. */
    public void add(List<PredictionEntry> entries) {
        for (int from = 0; from < entries.size(); from += TURN) {
            addSome(entries.subList(from, Math.min(entries.size(), from + TURN)));
        }
    }

    private synchronized void addSome(List<PredictionEntry> entries) {
        MinuteProfile profile = open(entries.get(0));
        if (profile == null) {
            dropped.increment(entries.size());
        } else {
            entries.forEach(entry -> profile.add(entry, entry.sampled()));
        }
    }

    /** Null when there are too many. */
    private @Nullable MinuteProfile open(PredictionEntry entry) {
        Key key = new Key(
                entry.endpoint(),
                entry.arm(),
                entry.role(),
                entry.model(),
                entry.version(),
                entry.receivedAt().truncatedTo(ChronoUnit.MINUTES));
        MinuteProfile known = open.get(key);
        if (known != null || open.size() >= MAX) {
            return known;
        }
        MinuteProfile profile = new MinuteProfile();
        open.put(key, profile);
        return profile;
    }

    /** Takes out the minutes that began before; rows that still come for them make a further part. */
    synchronized List<Closed> close(Instant before) {
        List<Closed> closed = new ArrayList<>();
        for (Iterator<Map.Entry<Key, MinuteProfile>> all = open.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Key, MinuteProfile> entry = all.next();
            if (entry.getKey().minute().isBefore(before)) {
                closed.add(new Closed(entry.getKey(), UUID.randomUUID(), entry.getValue()));
                all.remove();
            }
        }
        return closed;
    }
}
