package io.millrace.serving.inference;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request for predictions, whatever protocol it came by.
 *
 * @param version only this version may answer; null: the route chooses
 * @param key decides the arm; null: the sticky column, or chance
 * @param eventAt when the thing happened; null: now
 */
public record InferenceQuery(
        String endpoint,
        @Nullable Integer version,
        InferenceInputs inputs,
        @Nullable String key,
        @Nullable Instant eventAt,
        String requestId) {}
