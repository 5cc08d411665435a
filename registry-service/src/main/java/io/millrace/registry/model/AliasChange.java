package io.millrace.registry.model;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One movement of an alias: who, when, why, and what caused it. Never changed afterwards. */
public record AliasChange(
        UUID id,
        String model,
        String alias,
        long revision,
        @Nullable Integer fromVersion,
        @Nullable Integer toVersion,
        String actor,
        String reason,
        String causedBy,
        Instant changedAt) {}
