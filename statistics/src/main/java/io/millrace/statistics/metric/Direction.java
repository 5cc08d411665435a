package io.millrace.statistics.metric;

/** Which way a metric is better. */
public enum Direction {
    HIGHER,
    LOWER;

    /** Positive when {@code left} is the better value. */
    public double gain(double left, double right) {
        return this == HIGHER ? left - right : right - left;
    }
}
