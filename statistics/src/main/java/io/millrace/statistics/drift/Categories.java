package io.millrace.statistics.drift;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Counts of one text column by category.
 *
 * @param counts rows per category
 * @param nulls rows without a value
 * @param other rows of categories not kept by name
 */
public record Categories(Map<String, Long> counts, long nulls, long other) {

    public Categories {
        counts = Collections.unmodifiableMap(new TreeMap<>(counts));
        Counts.requireNotNegative(
                counts.values().stream().mapToLong(Long::longValue).toArray());
    }

    /** Every row has a named category or none. */
    public Categories(Map<String, Long> counts, long nulls) {
        this(counts, nulls, 0);
    }

    /**
     * Two count vectors over the union of the categories, sorted by name, with the unnamed rest last where either side has one.
     */
    static long[][] align(Categories reference, Categories current) {
        TreeSet<String> names = new TreeSet<>(reference.counts.keySet());
        names.addAll(current.counts.keySet());
        boolean rest = reference.other + current.other > 0;
        long[][] aligned = new long[2][names.size() + (rest ? 1 : 0)];
        int i = 0;
        for (String name : names) {
            aligned[0][i] = reference.counts.getOrDefault(name, 0L);
            aligned[1][i] = current.counts.getOrDefault(name, 0L);
            i++;
        }
        if (rest) {
            aligned[0][i] = reference.other;
            aligned[1][i] = current.other;
        }
        return aligned;
    }
}
