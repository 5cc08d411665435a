package io.millrace.registry.webhook;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One message to one webhook.
 *
 * @param deliveryId also the header {@code X-MLflow-Delivery-Id}; the same at every attempt
 * @param eventId the registry's event that it tells
 * @param event key of {@link WebhookEvent}
 * @param redeliveryOf the delivery that somebody asked to send again
 * @param body JSON that is sent
 * @param responseStatus HTTP status of the last attempt, null when there was no answer
 * @param responseBody at most the first 1,000 characters of the last answer
 * @param error why the last attempt failed
 * @param durationMs of the last attempt
 */
public record WebhookDelivery(
        UUID deliveryId,
        UUID webhookId,
        UUID eventId,
        String event,
        @Nullable UUID redeliveryOf,
        @JsonRawValue String body,
        Status status,
        int attempts,
        @Nullable Instant nextAttemptAt,
        @Nullable Integer responseStatus,
        @Nullable String responseBody,
        @Nullable String error,
        @Nullable Long durationMs,
        Instant createdAt,
        @Nullable Instant finishedAt) {

    /** How far it is. */
    public enum Status {
        PENDING,
        DELIVERED,
        FAILED
    }
}
