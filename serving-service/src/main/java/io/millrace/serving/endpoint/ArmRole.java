package io.millrace.serving.endpoint;

import java.util.Locale;

/** What an arm's answers are for. */
public enum ArmRole {
    /** Answers the keys in its buckets. */
    PRIMARY,
    /** Sees a copy of every request; its answers are only logged. */
    SHADOW;

    /** As stored and sent: {@code primary} or {@code shadow}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
