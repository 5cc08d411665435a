package io.millrace.registry.webhook;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * An address that is told about events. Its secret is never read back.
 *
 * @param events keys of {@link WebhookEvent}
 * @param signed whether it has a secret, so that deliveries carry a signature
 */
public record Webhook(
        UUID webhookId,
        String name,
        String url,
        List<String> events,
        String description,
        Status status,
        boolean signed,
        String createdBy,
        Instant createdAt,
        Instant updatedAt) {

    /** A disabled webhook gets no new deliveries; those that wait go on when it is active again. */
    public enum Status {
        ACTIVE,
        DISABLED
    }

    public Webhook {
        events = List.copyOf(events);
    }
}
