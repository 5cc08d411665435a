package io.millrace.registry.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.registry.artifact.Artifact;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An immutable version of a model.
 *
 * @param path folder of the run's artifacts that holds it
 * @param profile what the data it learned from looked like; only given when asked for
 * @param files its files, with paths relative to the folder
 */
public record ModelVersion(
        String model,
        int version,
        String runId,
        String path,
        String status,
        String format,
        JsonNode signature,
        Map<String, Double> metrics,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JsonNode profile,
        JsonNode provenance,
        String description,
        String causedBy,
        String createdBy,
        Instant createdAt,
        List<String> aliases,
        List<Artifact> files) {

    ModelVersion withFiles(List<Artifact> found) {
        return new ModelVersion(
                model,
                version,
                runId,
                path,
                status,
                format,
                signature,
                metrics,
                profile,
                provenance,
                description,
                causedBy,
                createdBy,
                createdAt,
                aliases,
                found);
    }
}
