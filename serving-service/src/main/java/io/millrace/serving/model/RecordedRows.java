package io.millrace.serving.model;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The last few rows each model was asked about, in memory only: a new version warms up on them. Of a model that is asked often
 * some are enough.
 */
@Singleton
public class RecordedRows {

    static final int PER_MODEL = 32;
    private static final int MAX_MODELS = 1000;
    private static final long BETWEEN_MILLIS = 10;

    private final ConcurrentHashMap<String, Last> rows = new ConcurrentHashMap<>();

    /** Rows of one model. Guarded by itself, but for the time before which none is wanted. */
    private static final class Last {
        private final ArrayDeque<Map<String, ?>> kept = new ArrayDeque<>(PER_MODEL);
        private volatile long next = Long.MIN_VALUE;
    }

    /**
     * Offers a row.
     *
     * @param receivedAt when it came
     * @param row called when the row is kept; it must not change any more
     */
    public void add(String model, Instant receivedAt, Supplier<Map<String, ?>> row) {
        Last last = rows.get(model);
        if (last == null) {
            if (rows.size() >= MAX_MODELS) {
                return;
            }
            last = rows.computeIfAbsent(model, name -> new Last());
        }
        long now = receivedAt.toEpochMilli();
        if (now < last.next) {
            return;
        }
        synchronized (last) {
            if (last.kept.size() == PER_MODEL) {
                last.kept.removeFirst();
                last.next = now + BETWEEN_MILLIS;
            }
            last.kept.addLast(row.get());
        }
    }

    List<Map<String, ?>> of(String model) {
        Last last = rows.get(model);
        if (last == null) {
            return List.of();
        }
        synchronized (last) {
            return new ArrayList<>(last.kept);
        }
    }
}
