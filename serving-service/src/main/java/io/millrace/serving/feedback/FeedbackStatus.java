package io.millrace.serving.feedback;

import java.util.Locale;

/** What became of an item. */
public enum FeedbackStatus {
    /** The first truth of its prediction. */
    STORED,
    /** Another truth than the one before, which is kept as history. */
    CORRECTED,
    /** The truth that was known already: sending again changes nothing. */
    UNCHANGED,
    /** No prediction of the key is logged; it may still be on its way. Not stored. */
    UNKNOWN,
    /** Several predictions of the key have the same time. Not stored. */
    AMBIGUOUS;

    /** Whether the truth is in the store. */
    boolean accepted() {
        return this != UNKNOWN && this != AMBIGUOUS;
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
