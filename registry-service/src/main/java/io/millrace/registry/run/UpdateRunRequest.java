package io.millrace.registry.run;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

record UpdateRunRequest(
        @Nullable RunStatus status,
        @Nullable Instant endAt,
        @Nullable String name) {}
