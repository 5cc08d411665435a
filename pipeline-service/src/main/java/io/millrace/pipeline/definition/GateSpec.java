package io.millrace.pipeline.definition;

/** A rule that the candidate must pass. {@code text} is how a person reads it; a {@code warn} rule never blocks. */
public sealed interface GateSpec {

    String text();

    boolean warn();

    /** A metric's value against a fixed bound. */
    record Absolute(String text, boolean warn, String metric, boolean atLeast, double bound) implements GateSpec {}

    /**
     * The candidate against another on the same rows.
     *
     * @param better must be shown to be better; otherwise must be shown not to be worse by more than the margin
     * @param dummy against the majority class or the mean; otherwise against the champion
     * @param margin in the metric's own unit, or as a share of the other's value when {@code relative}
     */
    record Comparison(
            String text,
            boolean warn,
            String metric,
            boolean better,
            boolean dummy,
            double margin,
            boolean relative,
            double confidence)
            implements GateSpec {}

    /**
     * The test set must be large enough to decide anything.
     *
     * @param perClass rows of every class, where none is the positive one
     */
    record Enough(String text, boolean warn, long rows, long positives, long negatives, long perClass)
            implements GateSpec {}
}
