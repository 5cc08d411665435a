package io.millrace.statistics.drift;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Mutable counts, moments and reservoir of one numeric column; confined to its builder's thread. */
final class NumericAccumulator {

    private final double[] edges;
    private final long[] counts;
    private final SplittableRandom random;
    private double[] reservoir = new double[16];
    private long count;
    private long nulls;
    private double mean;
    private double squares;
    private double min = Double.NaN;
    private double max = Double.NaN;

    NumericAccumulator(double[] edges, long seed) {
        this.edges = edges;
        this.counts = new long[edges.length + 1];
        this.random = new SplittableRandom(seed);
    }

    void add(double value) {
        if (!Double.isFinite(value)) {
            nulls++;
            return;
        }
        sample(value);
        count++;
        counts[Histogram.bin(edges, value)]++;
        // Welford's recurrence: the sum of squares loses all digits on columns such as epoch seconds.
        double delta = value - mean;
        mean += delta / count;
        squares += delta * (value - mean);
        min = count == 1 ? value : Math.min(min, value);
        max = count == 1 ? value : Math.max(max, value);
    }

    /** Algorithm R: every value seen so far is kept with equal probability. */
    private void sample(double value) {
        if (count < ProfileBuilder.SAMPLE_SIZE) {
            if (count == reservoir.length) {
                reservoir = Arrays.copyOf(reservoir, Math.min(ProfileBuilder.SAMPLE_SIZE, reservoir.length * 2));
            }
            reservoir[(int) count] = value;
            return;
        }
        long slot = random.nextLong(count + 1);
        if (slot < ProfileBuilder.SAMPLE_SIZE) {
            reservoir[(int) slot] = value;
        }
    }

    NumericProfile build() {
        return new NumericProfile(
                count,
                nulls,
                count == 0 ? Double.NaN : mean,
                count == 0 ? Double.NaN : squares / count,
                min,
                max,
                edges,
                counts,
                Arrays.copyOf(reservoir, (int) Math.min(count, ProfileBuilder.SAMPLE_SIZE)));
    }
}
