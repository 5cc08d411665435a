package io.millrace.serving.endpoint;

import org.jspecify.annotations.Nullable;

/**
 * How far an arm is.
 *
 * @param resolvedVersion the version asked for now; null while an alias points nowhere
 * @param servingVersion the version that answers now; null while none does
 * @param detail why it failed or waits; empty when ready
 */
public record ArmStatus(
        @Nullable Integer resolvedVersion, @Nullable Integer servingVersion, State state, String detail) {

    /** Whether the version asked for answers. */
    public enum State {
        READY,
        LOADING,
        FAILED
    }

    static final ArmStatus UNKNOWN = new ArmStatus(null, null, State.LOADING, "not looked at yet");
}
