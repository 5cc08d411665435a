package io.millrace.monitoring.window;

import io.millrace.monitoring.drift.DriftReport;
import io.millrace.monitoring.drift.WindowState;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One evaluated window of one version.
 *
 * @param firstRequest id of the earliest prediction in it
 * @param lastRequest id of the latest prediction in it
 */
public record ClosedWindow(
        UUID id,
        String endpoint,
        String model,
        int version,
        Window window,
        long rows,
        long labels,
        WindowState state,
        @Nullable String firstRequest,
        @Nullable String lastRequest,
        Instant evaluatedAt,
        DriftReport report) {}
