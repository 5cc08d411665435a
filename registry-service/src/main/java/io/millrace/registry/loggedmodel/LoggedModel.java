package io.millrace.registry.loggedmodel;

import io.millrace.registry.run.ModelMetric;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A logged model.
 *
 * @param modelId {@code m-} and 32 hexadecimal digits
 * @param experimentLocation artifact location of its experiment
 */
public record LoggedModel(
        String modelId,
        String experimentId,
        String experimentLocation,
        String name,
        String modelType,
        @Nullable String sourceRunId,
        LoggedModelStatus status,
        String createdBy,
        Instant createdAt,
        Instant updatedAt,
        Map<String, String> params,
        Map<String, String> tags,
        List<Measured> metrics,
        List<Registration> registrations) {

    /** A metric and the run that measured it. */
    public record Measured(String runId, ModelMetric measure) {}

    /** A version that was made of the model. */
    public record Registration(String name, int version) {}
}
