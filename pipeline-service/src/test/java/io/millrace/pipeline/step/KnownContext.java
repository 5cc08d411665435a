package io.millrace.pipeline.step;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.pipeline.definition.PipelineSpec;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/** A step's surroundings as a test sets them. */
public record KnownContext(
        PipelineSpec spec, UUID runId, ArtifactFiles files, Path workFolder, Map<StepName, JsonNode> outputs)
        implements StepContext {

    @Override
    public String causedBy() {
        return "user:test";
    }

    @Override
    public Instant asOf() {
        return Instant.parse("2026-05-01T00:00:00Z");
    }

    @Override
    public JsonNode output(StepName step) {
        JsonNode output = outputs.get(step);
        if (output == null) {
            throw new IllegalStateException("no output of " + step);
        }
        return output;
    }

    @Override
    public void checkAlive() {
        // A test's run lives.
    }
}
