package io.millrace.common.outbox;

import org.jspecify.annotations.Nullable;

/** How an attempt to send a command ended. */
sealed interface Delivery {

    /** The target carried it out. */
    record Accepted(@Nullable String response) implements Delivery {}

    /** The target will never carry it out. */
    record Refused(String reason) implements Delivery {}

    /** The target could not be reached, or was not able to answer. */
    record Unreachable(String reason) implements Delivery {}
}
