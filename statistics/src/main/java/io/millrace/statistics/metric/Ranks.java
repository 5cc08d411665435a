package io.millrace.statistics.metric;

/** Orders and ranks of scores. */
public final class Ranks {

    private Ranks() {}

    /** Row numbers by descending score; equal scores keep their order. NaN comes first. O(N) when already in that order. */
    public static int[] descending(double[] scores) {
        int[] order = new int[scores.length];
        boolean sorted = true;
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
            sorted &= i == 0 || Double.compare(scores[i - 1], scores[i]) >= 0;
        }
        return sorted ? order : mergeSort(order, scores);
    }

    /** Bottom-up merge sort on row numbers: stable, and without a boxed Integer for each row. */
    private static int[] mergeSort(int[] order, double[] scores) {
        int[] source = order;
        int[] target = new int[order.length];
        for (int width = 1; width < source.length; width *= 2) {
            for (int from = 0; from < source.length; from += 2 * width) {
                int middle = Math.min(from + width, source.length);
                int end = Math.min(from + 2 * width, source.length);
                int left = from;
                int right = middle;
                for (int k = from; k < end; k++) {
                    boolean takeLeft = left < middle
                            && (right >= end || Double.compare(scores[source[left]], scores[source[right]]) >= 0);
                    target[k] = takeLeft ? source[left++] : source[right++];
                }
            }
            int[] swap = source;
            source = target;
            target = swap;
        }
        return source;
    }

    /** Ascending ranks from 1; tied scores share the mean of their ranks. */
    public static double[] mid(double[] scores) {
        int[] order = descending(scores);
        double[] ranks = new double[scores.length];
        int from = 0;
        while (from < order.length) {
            int to = from + 1;
            while (to < order.length && scores[order[to]] == scores[order[from]]) {
                to++;
            }
            // Places from .. to-1 counted from the top are ranks n-to+1 .. n-from counted from the bottom.
            double rank = scores.length - (from + to - 1) / 2.0;
            for (int i = from; i < to; i++) {
                ranks[order[i]] = rank;
            }
            from = to;
        }
        return ranks;
    }
}
