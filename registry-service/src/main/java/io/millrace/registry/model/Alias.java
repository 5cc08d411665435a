package io.millrace.registry.model;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where an alias points after its last change. */
public record Alias(
        String model, String alias, @Nullable Integer version, long revision, Instant updatedAt, UUID changeId) {}
