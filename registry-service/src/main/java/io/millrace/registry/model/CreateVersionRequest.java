package io.millrace.registry.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A version to register.
 *
 * @param path folder of the run's artifacts that holds the model
 */
public record CreateVersionRequest(
        @Nullable String runId,
        @Nullable String path,
        @Nullable String format,
        @Nullable JsonNode signature,
        @Nullable Map<String, Double> metrics,
        @Nullable JsonNode profile,
        @Nullable JsonNode provenance,
        @Nullable String description,
        @Nullable String causedBy) {}
