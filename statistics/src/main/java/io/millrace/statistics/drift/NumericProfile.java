package io.millrace.statistics.drift;

import java.util.Arrays;

/**
 * What is kept of one numeric column.
 *
 * @param count rows with a finite value
 * @param nulls rows without one (missing, NaN, infinite)
 * @param mean of the finite values; NaN when count is 0
 * @param variance population variance (divided by count); NaN when count is 0
 * @param min smallest value; NaN when count is 0
 * @param max largest value; NaN when count is 0
 * @param edges inner bin edges, see {@link Histogram}
 * @param counts rows per bin
 * @param sample up to {@link ProfileBuilder#SAMPLE_SIZE} of the values, ascending; all of them while count is not above that
 */
public record NumericProfile(
        long count,
        long nulls,
        double mean,
        double variance,
        double min,
        double max,
        double[] edges,
        long[] counts,
        double[] sample) {

    public NumericProfile {
        if (count < 0 || nulls < 0) {
            throw new IllegalArgumentException("count, nulls: must not be negative");
        }
        if (new Histogram(edges, counts, nulls).total() != count) {
            throw new IllegalArgumentException("counts: do not sum to count " + count);
        }
        if (sample.length > count || sample.length > ProfileBuilder.SAMPLE_SIZE) {
            throw new IllegalArgumentException("sample: " + sample.length + " values of " + count);
        }
        edges = edges.clone();
        counts = counts.clone();
        sample = sample.clone();
        Arrays.sort(sample);
    }

    /** The binned counts. */
    public Histogram histogram() {
        return new Histogram(edges, counts, nulls);
    }

    /** Share of rows without a value, 0 for no rows. */
    public double nullRate() {
        return count + nulls == 0 ? 0 : (double) nulls / (count + nulls);
    }

    /**
     * The profile of both sets of rows. Counts and moments are exact; the sample is drawn from both in proportion to their rows.
     *
     * @throws IllegalArgumentException when the edges differ
     */
    public NumericProfile merge(NumericProfile other) {
        Histogram merged = histogram().merge(other.histogram());
        if (count == 0 || other.count == 0) {
            NumericProfile kept = count == 0 ? other : this;
            return new NumericProfile(
                    kept.count,
                    merged.nulls(),
                    kept.mean,
                    kept.variance,
                    kept.min,
                    kept.max,
                    edges,
                    merged.counts(),
                    kept.sample);
        }
        long total = count + other.count;
        double delta = other.mean - mean;
        double squares = variance * count
                + other.variance * other.count
                + delta * delta * ((double) count * other.count / total);
        return new NumericProfile(
                total,
                merged.nulls(),
                mean + delta * other.count / total,
                squares / total,
                Math.min(min, other.min),
                Math.max(max, other.max),
                edges,
                merged.counts(),
                mergedSample(other, total));
    }

    private double[] mergedSample(NumericProfile other, long total) {
        double size = Math.min(
                Math.min(ProfileBuilder.SAMPLE_SIZE, total),
                Math.min((double) sample.length * total / count, (double) other.sample.length * total / other.count));
        int mine = (int) Math.min(sample.length, Math.round(size * count / total));
        int theirs = (int) Math.min(other.sample.length, Math.round(size) - mine);
        double[] merged = new double[mine + theirs];
        thin(sample, mine, merged, 0);
        thin(other.sample, theirs, merged, mine);
        return merged;
    }

    /** Evenly spaced ranks of a sorted sample: keeps its distribution and needs no random numbers. */
    private static void thin(double[] sorted, int size, double[] target, int offset) {
        for (int i = 0; i < size; i++) {
            target[offset + i] = sorted[(int) ((2L * i + 1) * sorted.length / (2L * size))];
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NumericProfile that
                && count == that.count
                && nulls == that.nulls
                && Double.compare(mean, that.mean) == 0
                && Double.compare(variance, that.variance) == 0
                && Double.compare(min, that.min) == 0
                && Double.compare(max, that.max) == 0
                && Arrays.equals(edges, that.edges)
                && Arrays.equals(counts, that.counts)
                && Arrays.equals(sample, that.sample);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Long.hashCode(count) + Double.hashCode(mean)) + Arrays.hashCode(counts);
    }
}
