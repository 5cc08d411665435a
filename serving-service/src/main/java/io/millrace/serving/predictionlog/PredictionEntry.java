package io.millrace.serving.predictionlog;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One row that was predicted.
 *
 * @param id of version 7, so that it begins with the time of receipt; a shadow's answer has the id of the primary's
 * @param role {@code primary} or {@code shadow}
 * @param eventAt when the thing happened, as the caller says; otherwise when the request came
 * @param inputs as they were sent
 * @param redacted columns of the inputs that must not be kept
 * @param logSample share of rows that are stored, 0..1; every row is counted
 * @param parts versions that answered together, such as {@code fraud/3,fraud-trees/1}; null when it was one
 * @param comparison of a shadow's answer with the primary's; null for a primary
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
        RowValues inputs,
        Set<String> redacted,
        double logSample,
        @Nullable Double score,
        @Nullable String label,
        @Nullable String decision,
        @Nullable String parts,
        @Nullable Comparison comparison,
        long latencyMicros) {

    private static final long RANDOM_BITS = (1L << 53) - 1;

    /** Whether the row is stored: decided by the random part of its id, so alike for a primary and its shadow. */
    public boolean sampled() {
        return (id.getLeastSignificantBits() & RANDOM_BITS) < logSample * (RANDOM_BITS + 1);
    }
}
