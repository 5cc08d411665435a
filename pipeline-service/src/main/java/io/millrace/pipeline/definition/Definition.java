package io.millrace.pipeline.definition;

import java.time.Instant;

/** A saved revision of a pipeline. */
public record Definition(
        String name, int revision, String yaml, String specHash, String model, String createdBy, Instant createdAt) {

    /** The pipeline as read; what was saved can be read. */
    public PipelineSpec spec() {
        return SpecReader.read(yaml);
    }
}
