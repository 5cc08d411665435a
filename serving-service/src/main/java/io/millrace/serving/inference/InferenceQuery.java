package io.millrace.serving.inference;

import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request for predictions, whatever protocol it came by.
 *
 * @param version only this version may answer; null: the route chooses
 * @param key decides the arm; null: the header or the column that the endpoint names, or chance
 * @param eventAt when the thing happened; null: now
 * @param headers a header's value by its name, null when it was not sent
 */
public record InferenceQuery(
        String endpoint,
        @Nullable Integer version,
        InferenceInputs inputs,
        @Nullable String key,
        @Nullable Instant eventAt,
        String requestId,
        Function<String, @Nullable String> headers) {}
