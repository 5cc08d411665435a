package io.millrace.registry.webhook;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one attempt to deliver ended.
 *
 * @param status HTTP status, null when there was no answer
 * @param response at most the first 1,000 characters of the answer
 * @param retryAfter how long the receiver asked to wait
 */
public record WebhookAttempt(
        Result result,
        @Nullable Integer status,
        String response,
        @Nullable String error,
        long durationMs,
        @Nullable Duration retryAfter) {

    /** What follows from it. */
    public enum Result {
        DELIVERED,
        WORTH_ANOTHER_TRY,
        HOPELESS
    }
}
