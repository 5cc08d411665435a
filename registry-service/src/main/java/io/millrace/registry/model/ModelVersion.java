package io.millrace.registry.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.registry.artifact.Artifact;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A version of a model: its files, signature and profile never change; description, tags and stage may.
 *
 * @param runId the run that made it, as the client named it; empty without one
 * @param path folder of the run's artifacts that holds it; empty when it came from elsewhere
 * @param profile what the data it learned from looked like; only given when asked for
 * @param source where the client said that it comes from
 * @param loggedModelId the logged model that it was made of
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
        Instant updatedAt,
        String source,
        String runLink,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String loggedModelId,
        String stage,
        Map<String, String> tags,
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
                updatedAt,
                source,
                runLink,
                loggedModelId,
                stage,
                tags,
                aliases,
                found);
    }

    ModelVersion numbered(int number) {
        return new ModelVersion(
                model,
                number,
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
                updatedAt,
                source,
                runLink,
                loggedModelId,
                stage,
                tags,
                aliases,
                files);
    }
}
