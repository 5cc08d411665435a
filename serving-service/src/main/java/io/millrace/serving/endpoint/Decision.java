package io.millrace.serving.endpoint;

/**
 * What to do for a score.
 *
 * @param threshold a score of at least this, 0..1, is the positive decision
 */
public record Decision(double threshold, String positive, String negative) {

    /** The decision for a score. */
    public String of(double score) {
        return score >= threshold ? positive : negative;
    }
}
