package io.millrace.statistics.drift;

/** Sums and shares of count vectors. */
final class Counts {

    private Counts() {}

    static void requireNotNegative(long[] counts) {
        for (long count : counts) {
            if (count < 0) {
                throw new IllegalArgumentException("counts: must not be negative, found " + count);
            }
        }
    }

    static void requireSameBins(long[] left, long[] right) {
        if (left.length != right.length) {
            throw new IllegalArgumentException("counts: " + left.length + " bins against " + right.length);
        }
        requireNotNegative(left);
        requireNotNegative(right);
    }

    static long total(long[] counts) {
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        return total;
    }

    static long[] sum(long[] left, long[] right) {
        long[] sum = new long[left.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = left[i] + right[i];
        }
        return sum;
    }

    /** Shares summing to 1. */
    static double[] shares(long[] counts) {
        long total = total(counts);
        if (total == 0) {
            throw new IllegalArgumentException("counts: no rows");
        }
        double[] shares = new double[counts.length];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = (double) counts[i] / total;
        }
        return shares;
    }

    /** Bins that hold at least one row of either side. */
    static int occupied(long[] left, long[] right) {
        int occupied = 0;
        for (int i = 0; i < left.length; i++) {
            if (left[i] + right[i] > 0) {
                occupied++;
            }
        }
        return occupied;
    }
}
