package io.millrace.serving.guard;

import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.serving.policy.Routing.CachePolicy;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Predictions by version and input values, the least recently used one leaving first. Keys hold all values, not their hash, so
 * two inputs never share an answer. For any number of threads.
 */
public final class ResultCache {

    /** An estimate of what an entry takes besides its values: two objects, the map's node, headers. */
    private static final int OVERHEAD = 300;

    private final CachePolicy policy;
    private final LinkedHashMap<RowsKey, Prediction> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;
    private long hits;
    private long misses;

    ResultCache(CachePolicy policy) {
        this.policy = policy;
    }

    /** The key of rows for a version; its making takes no lock. */
    public static RowsKey key(String version, Rows rows) {
        return RowsKey.of(version, rows);
    }

    public synchronized Optional<Prediction> find(RowsKey key) {
        Prediction found = entries.get(key);
        if (found == null) {
            misses++;
        } else {
            hits++;
        }
        return Optional.ofNullable(found);
    }

    /** Keeps a prediction, unless it alone is larger than the cache. */
    public synchronized void put(RowsKey key, Prediction prediction) {
        long size = size(key, prediction);
        if (size > policy.bytes()) {
            return;
        }
        Prediction before = entries.put(key, prediction);
        bytes += before == null ? size : size - size(key, before);
        for (Iterator<Map.Entry<RowsKey, Prediction>> oldest =
                        entries.entrySet().iterator();
                entries.size() > policy.entries() || bytes > policy.bytes(); ) {
            Map.Entry<RowsKey, Prediction> entry = oldest.next();
            bytes -= size(entry.getKey(), entry.getValue());
            oldest.remove();
        }
    }

    /** Forgets every answer; the counts stay. */
    public synchronized void clear() {
        entries.clear();
        bytes = 0;
    }

    private static long size(RowsKey key, Prediction prediction) {
        long size = OVERHEAD + key.size();
        for (double[] numbers : prediction.numbers().values()) {
            size += 8L * numbers.length + 16;
        }
        for (String[] labels : prediction.labels().values()) {
            // Labels are mostly the model's own constants: the references count.
            size += 8L * labels.length + 16;
        }
        return size;
    }

    /** How it stands; {@code hits} and {@code misses} since it was made. */
    public record State(int entries, long bytes, long hits, long misses) {}

    synchronized State state() {
        return new State(entries.size(), bytes, hits, misses);
    }
}
