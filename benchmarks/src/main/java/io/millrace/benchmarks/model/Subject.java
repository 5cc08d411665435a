package io.millrace.benchmarks.model;

import java.util.Locale;

/**
 * What is timed, and who says whether it answers rightly.
 *
 * @param truth the same model in another form
 * @param tolerance between both, in units of the score
 */
record Subject(Scorer timed, Scorer truth, double tolerance) {

    /** @throws IllegalStateException when an answer is another than the truth's */
    void check(double[] answer, double[] expected) {
        boolean same = answer.length == expected.length;
        for (int i = 0; same && i < answer.length; i++) {
            same = Math.abs(answer[i] - expected[i]) <= tolerance;
            if (!same) {
                throw new IllegalStateException(
                        String.format(Locale.ROOT, "score %d is %s, not %s", i, answer[i], expected[i]));
            }
        }
        if (!same) {
            throw new IllegalStateException(answer.length + " scores, not " + expected.length);
        }
    }
}
