package io.millrace.registry.token;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A token without its text. */
record Token(
        UUID id,
        String name,
        List<String> roles,
        List<String> groups,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt) {}
