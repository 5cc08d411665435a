package io.millrace.statistics.drift;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is kept of one text column.
 *
 * @param count rows with a value
 * @param nulls rows without one
 * @param counts rows per category, sorted by name; at most {@link ProfileBuilder#MAX_CATEGORIES} in a reference
 * @param other rows of categories not kept by name
 */
public record CategoricalProfile(long count, long nulls, Map<String, Long> counts, long other) {

    public CategoricalProfile {
        if (count < 0 || nulls < 0 || other < 0) {
            throw new IllegalArgumentException("count, nulls, other: must not be negative");
        }
        long total = other;
        for (long rows : counts.values()) {
            if (rows < 0) {
                throw new IllegalArgumentException("counts: must not be negative");
            }
            total += rows;
        }
        if (total != count) {
            throw new IllegalArgumentException("counts: " + total + " rows by category do not sum to count " + count);
        }
        counts = Collections.unmodifiableMap(new TreeMap<>(counts));
    }

    /** Share of rows without a value, 0 for no rows. */
    public double nullRate() {
        return count + nulls == 0 ? 0 : (double) nulls / (count + nulls);
    }

    /** Counts by category. */
    public Categories categories() {
        return new Categories(counts, nulls, other);
    }

    /** The profile of both sets of rows. */
    public CategoricalProfile merge(CategoricalProfile that) {
        Map<String, Long> merged = new TreeMap<>(counts);
        that.counts.forEach((category, rows) -> merged.merge(category, rows, Long::sum));
        return new CategoricalProfile(count + that.count, nulls + that.nulls, merged, other + that.other);
    }

    /** Categories of this profile that the reference never had, sorted. Rows under {@code other} are not named. */
    public TreeSet<String> unseenIn(CategoricalProfile reference) {
        TreeSet<String> unseen = new TreeSet<>();
        counts.forEach((category, rows) -> {
            if (rows > 0 && reference.counts.getOrDefault(category, 0L) == 0) {
                unseen.add(category);
            }
        });
        return unseen;
    }
}
