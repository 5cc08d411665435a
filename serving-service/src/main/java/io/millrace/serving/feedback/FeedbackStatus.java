package io.millrace.serving.feedback;

import java.util.Locale;

/** What became of an item. */
public enum FeedbackStatus {
    /** The first truth of its prediction. */
    STORED,
    /** Another truth than the one before, which is kept as history. */
    CORRECTED,
    /** The truth that was known already: sending again changes nothing. */
    UNCHANGED;

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
