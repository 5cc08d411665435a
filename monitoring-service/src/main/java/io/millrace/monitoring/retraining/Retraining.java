package io.millrace.monitoring.retraining;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A wish for a new model.
 *
 * @param state suggested (a person decides), requested (on its way), running, finished or failed
 * @param asOf the instant up to which the run may read data: the end of the window that fired
 * @param runId the pipeline run, once it exists
 * @param outcome how the run ended
 */
record Retraining(
        UUID id,
        String endpoint,
        String model,
        String pipeline,
        UUID alertId,
        String state,
        Instant asOf,
        @Nullable UUID runId,
        @Nullable String outcome,
        Instant requestedAt,
        @Nullable Instant finishedAt,
        String causedBy) {}
