package io.millrace.registry.token;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

record CreateTokenRequest(
        @Nullable String name,
        @Nullable List<String> roles,
        @Nullable List<String> groups,
        @Nullable Instant expiresAt) {}
