package io.millrace.pipeline.run;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** @param trigger manual (default), api or drift */
record StartRunRequest(
        @Nullable String trigger,
        @Nullable Params params,
        @Nullable String causedBy) {

    /** @param asOf up to which data may be read */
    record Params(@Nullable Instant asOf) {}
}
