package io.millrace.pipeline.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.pipeline.step.StepName;
import org.jspecify.annotations.Nullable;

/** How an attempt at a step ended; an output only when it succeeded. */
record StepEnd(
        StepName step,
        boolean succeeded,
        @Nullable JsonNode output,
        @Nullable String reason,
        @Nullable String cacheKey,
        boolean cached) {

    static StepEnd succeeded(
            StepName step, JsonNode output, @Nullable String reason, @Nullable String cacheKey, boolean cached) {
        return new StepEnd(step, true, output, reason, cacheKey, cached);
    }

    static StepEnd failed(StepName step, String reason) {
        return new StepEnd(step, false, null, reason, null, false);
    }
}
