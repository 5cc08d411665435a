package io.millrace.pipeline.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One run of a pipeline.
 *
 * @param startedAt when work began; after an approval, when it began again, so that the wait does not count as running time
 * @param fence number of the claim; a write under an older one is refused
 * @param takeovers how often a worker was lost in it
 */
public record Run(
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
        long fence,
        int takeovers) {

    /** The instant up to which the run may read data. */
    Instant asOf() {
        String text = params.path("asOf").asText("");
        return text.isEmpty() ? queuedAt : Instant.parse(text);
    }
}
