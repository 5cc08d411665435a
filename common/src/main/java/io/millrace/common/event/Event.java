package io.millrace.common.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.UUID;

/**
 * A fact of a service.
 *
 * @param txid the transaction that made it true; with {@code id} the position in the source's log
 * @param type such as {@code registry.alias.changed}
 * @param subject what it is about
 * @param causedBy the cause, such as {@code run:<id>}
 */
public record Event(
        String txid,
        long id,
        UUID eventId,
        String type,
        String subject,
        JsonNode data,
        String causedBy,
        Instant occurredAt) {}
