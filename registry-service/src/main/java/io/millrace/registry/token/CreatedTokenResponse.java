package io.millrace.registry.token;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The only answer that ever holds a token's text. */
record CreatedTokenResponse(
        UUID id,
        String name,
        List<String> roles,
        List<String> groups,
        @Nullable Instant expiresAt,
        String token) {}
