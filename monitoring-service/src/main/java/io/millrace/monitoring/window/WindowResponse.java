package io.millrace.monitoring.window;

import io.millrace.monitoring.drift.ColumnMeasure;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An evaluated window. {@code results} is filled only when one window is asked for. */
record WindowResponse(
        UUID id,
        String endpoint,
        String model,
        int version,
        Instant startsAt,
        Instant endsAt,
        long rowCount,
        long labelCount,
        String state,
        @Nullable String firstRequest,
        @Nullable String lastRequest,
        Instant evaluatedAt,
        List<ColumnMeasure> results) {

    WindowResponse with(List<ColumnMeasure> measures) {
        return new WindowResponse(
                id,
                endpoint,
                model,
                version,
                startsAt,
                endsAt,
                rowCount,
                labelCount,
                state,
                firstRequest,
                lastRequest,
                evaluatedAt,
                measures);
    }
}
