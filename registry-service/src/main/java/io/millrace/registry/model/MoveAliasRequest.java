package io.millrace.registry.model;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * Where an alias shall point.
 *
 * @param expectedVersion absent: move it wherever it points; null: only if it points nowhere; a number: only if it points
 *     there
 */
record MoveAliasRequest(
        @Nullable Integer version,
        @Nullable String reason,
        @Nullable String causedBy,
        @Nullable JsonNode expectedVersion) {}
