package io.millrace.statistics.drift;

import java.util.Arrays;

/**
 * Counts of one numeric column over fixed bins. Bin i holds {@code (edges[i-1], edges[i]]}; the first and last are open-ended.
 *
 * @param edges inner cut points, strictly ascending; k - 1 of them for k bins
 * @param counts rows per bin, length {@code edges.length + 1}
 * @param nulls rows without a finite value
 */
public record Histogram(double[] edges, long[] counts, long nulls) {

    public Histogram {
        if (counts.length != edges.length + 1) {
            throw new IllegalArgumentException(
                    "counts: " + counts.length + " bins do not fit " + edges.length + " inner edges");
        }
        for (int i = 0; i < edges.length; i++) {
            if (!Double.isFinite(edges[i]) || (i > 0 && edges[i] <= edges[i - 1])) {
                throw new IllegalArgumentException("edges: must be finite and strictly ascending");
            }
        }
        Counts.requireNotNegative(counts);
        edges = edges.clone();
        counts = counts.clone();
    }

    /** No rows yet. */
    public static Histogram empty(double[] edges) {
        return new Histogram(edges, new long[edges.length + 1], 0);
    }

    /** Counts all values; NaN and infinities are counted as nulls. */
    public static Histogram of(double[] edges, double[] values) {
        long[] counts = new long[edges.length + 1];
        long nulls = 0;
        for (double value : values) {
            if (Double.isFinite(value)) {
                counts[bin(edges, value)]++;
            } else {
                nulls++;
            }
        }
        return new Histogram(edges, counts, nulls);
    }

    /** The bin of a finite value: the number of edges below it. */
    public static int bin(double[] edges, double value) {
        int low = 0;
        int high = edges.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (edges[middle] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** A copy with one more value. For many values use {@link #of} or {@link ProfileBuilder}. */
    public Histogram add(double value) {
        return merge(of(edges, new double[] {value}));
    }

    /**
     * Sum of two histograms.
     *
     * @throws IllegalArgumentException when the edges differ
     */
    public Histogram merge(Histogram other) {
        if (!Arrays.equals(edges, other.edges)) {
            throw new IllegalArgumentException("edges: histograms on different edges cannot be merged");
        }
        return new Histogram(edges, Counts.sum(counts, other.counts), nulls + other.nulls);
    }

    /** Rows with a value. */
    public long total() {
        return Counts.total(counts);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Histogram that
                && Arrays.equals(edges, that.edges)
                && Arrays.equals(counts, that.counts)
                && nulls == that.nulls;
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Arrays.hashCode(edges) + Arrays.hashCode(counts)) + Long.hashCode(nulls);
    }

    @Override
    public String toString() {
        return "Histogram[edges=" + Arrays.toString(edges) + ", counts=" + Arrays.toString(counts) + ", nulls=" + nulls
                + "]";
    }
}
