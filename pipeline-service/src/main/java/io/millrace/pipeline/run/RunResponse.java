package io.millrace.pipeline.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.pipeline.gate.GateDecision;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A run with its steps and gates; both are empty in lists. */
record RunResponse(
        UUID id,
        String pipeline,
        int revision,
        String model,
        RunState state,
        String trigger,
        JsonNode params,
        String causedBy,
        String requestedBy,
        Instant queuedAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable String reason,
        @Nullable Integer registeredVersion,
        @Nullable String trackingRunId,
        List<StepRun> steps,
        List<GateDecision> gates) {

    static RunResponse of(Run run, List<StepRun> steps, List<GateDecision> gates) {
        return new RunResponse(
                run.id(),
                run.pipeline(),
                run.revision(),
                run.model(),
                run.state(),
                run.trigger(),
                run.params(),
                run.causedBy(),
                run.requestedBy(),
                run.queuedAt(),
                run.startedAt(),
                run.finishedAt(),
                run.reason(),
                run.registeredVersion(),
                run.trackingRunId(),
                steps,
                gates);
    }
}
