package io.millrace.serving.export;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A prediction and the newest truth about it. */
record ExportedRow(
        UUID id,
        String arm,
        String role,
        String model,
        int version,
        Instant eventAt,
        Instant receivedAt,
        String requestId,
        @Nullable String routeKey,
        String inputs,
        @Nullable Double score,
        @Nullable String label,
        @Nullable String decision,
        long latencyMicros,
        @Nullable String parts,
        @Nullable Boolean agrees,
        @Nullable Double distance,
        @Nullable Truth truth) {

    /** What really happened: a number or a label. */
    record Truth(@Nullable Double number, @Nullable String label, Instant observedAt, int sequence) {}
}
