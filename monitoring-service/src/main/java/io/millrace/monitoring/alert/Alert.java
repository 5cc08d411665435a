package io.millrace.monitoring.alert;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One alert: firing until {@code closedAt}, then resolved for ever. */
public record Alert(
        UUID id,
        String endpoint,
        String model,
        int version,
        AlertKind kind,
        String severity,
        String state,
        String summary,
        JsonNode detail,
        String causedBy,
        Instant openedAt,
        Instant lastSeenAt,
        @Nullable Instant closedAt,
        @Nullable String closeReason) {

    /** What an alert is about: at most one is open for it. */
    public record Subject(String endpoint, String model, int version, AlertKind kind) {}
}
