package io.millrace.pipeline.step;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.pipeline.definition.PipelineSpec;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;

/** What a step may know and use. */
public interface StepContext {

    PipelineSpec spec();

    UUID runId();

    /** What caused the run, such as {@code alert:<id>}. */
    String causedBy();

    /** The instant up to which data may be read. */
    Instant asOf();

    /** Output of an earlier step. */
    JsonNode output(StepName step);

    ArtifactFiles files();

    /** A folder of this attempt, deleted after it. */
    Path workFolder();

    /** Throws when the run was cancelled, took too long, or another worker took it over. Call it in long loops. */
    void checkAlive();
}
