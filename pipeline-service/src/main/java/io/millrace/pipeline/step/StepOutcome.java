package io.millrace.pipeline.step;

import com.fasterxml.jackson.databind.JsonNode;

/** How a step ended, with what later steps need. */
public sealed interface StepOutcome {

    JsonNode output();

    /** The run goes on. */
    record Succeeded(JsonNode output) implements StepOutcome {}

    /** The candidate is not good enough; the run ends, on purpose. */
    record Rejected(JsonNode output, String reason) implements StepOutcome {}

    /** A person has to decide. */
    record Held(JsonNode output, String reason) implements StepOutcome {}
}
