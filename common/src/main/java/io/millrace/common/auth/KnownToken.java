package io.millrace.common.auth;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who a token belongs to and what it allows. */
record KnownToken(
        String name,
        Set<String> roles,
        Set<String> groups,
        @Nullable Instant expiresAt) {}
