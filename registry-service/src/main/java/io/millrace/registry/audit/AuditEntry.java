package io.millrace.registry.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One change. Never altered afterwards.
 *
 * @param token first characters of the token's SHA-256; empty when no request caused the change
 * @param action what happened, such as {@code alias.moved}
 * @param kind kind of the subject, such as {@code model}
 * @param before none when the subject was made
 * @param after none when it is gone
 */
public record AuditEntry(
        long id,
        Instant at,
        String actor,
        String token,
        String address,
        String requestId,
        String action,
        String kind,
        String subject,
        @Nullable JsonNode before,
        @Nullable JsonNode after) {}
