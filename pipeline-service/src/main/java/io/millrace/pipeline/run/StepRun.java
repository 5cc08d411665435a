package io.millrace.pipeline.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One step of a run. */
record StepRun(
        String step,
        String state,
        int attempts,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        boolean cached,
        @Nullable String reason,
        @Nullable JsonNode output) {}
