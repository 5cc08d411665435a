package io.millrace.common.event;

import java.time.Instant;
import java.util.UUID;

/** An event that a consumer could not handle and that was set aside; the consumer has gone on with what came after it. */
record DeadEvent(
        String consumer,
        String source,
        UUID eventId,
        String type,
        String subject,
        int attempts,
        String error,
        Instant firstFailedAt,
        Instant deadAt) {}
