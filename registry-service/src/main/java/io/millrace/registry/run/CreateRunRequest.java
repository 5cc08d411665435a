package io.millrace.registry.run;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The experiment by name (made if it is not there) or by id. */
record CreateRunRequest(
        @Nullable String experimentName,
        @Nullable String experimentId,
        @Nullable String name,
        @Nullable Instant startAt,
        @Nullable Map<String, String> tags,
        @Nullable String causedBy) {}
