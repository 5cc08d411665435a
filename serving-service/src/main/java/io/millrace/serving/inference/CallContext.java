package io.millrace.serving.inference;

import io.millrace.serving.route.Route;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What belongs to a request besides its rows. */
record CallContext(
        Route route,
        Instant receivedAt,
        Instant eventAt,
        String requestId,
        @Nullable String key) {}
