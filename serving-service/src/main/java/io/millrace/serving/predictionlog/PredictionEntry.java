package io.millrace.serving.predictionlog;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One row that was predicted.
 *
 * @param id a shadow's answer has the id of the primary's
 * @param role {@code primary} or {@code shadow}
 * @param eventAt when the thing happened, as the caller says; otherwise when the request came
 * @param inputs as they were sent, by column; not changed after it is logged
 * @param latencyMicros of the whole request's check and prediction
 */
public record PredictionEntry(
        UUID id,
        String endpoint,
        String arm,
        String role,
        String model,
        int version,
        Instant eventAt,
        Instant receivedAt,
        String requestId,
        @Nullable String routeKey,
        Map<String, ?> inputs,
        @Nullable Double score,
        @Nullable String label,
        @Nullable String decision,
        long latencyMicros) {

    private static final int FIXED = 400;
    private static final int FIELD = 80;

    /** About how much memory the entry holds, in bytes. */
    long weight() {
        long weight = FIXED;
        for (Map.Entry<String, ?> input : inputs.entrySet()) {
            weight += FIELD;
            if (input.getValue() instanceof String text) {
                weight += text.length();
            }
        }
        return weight;
    }
}
