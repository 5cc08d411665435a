package io.millrace.registry.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which entries to list; what is null is not looked at.
 *
 * @param from inclusive
 * @param to exclusive
 */
public record AuditFilter(
        @Nullable String kind,
        @Nullable String subject,
        @Nullable String actor,
        @Nullable String action,
        @Nullable Instant from,
        @Nullable Instant to) {}
