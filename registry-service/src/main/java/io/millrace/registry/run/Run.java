package io.millrace.registry.run;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A run with the latest value of each metric. */
public record Run(
        String runId,
        String experimentId,
        String name,
        RunStatus status,
        String userId,
        Instant startAt,
        @Nullable Instant endAt,
        String lifecycleStage,
        String causedBy,
        String artifactUri,
        Map<String, String> params,
        Map<String, String> tags,
        List<Metric> metrics) {

    public boolean active() {
        return lifecycleStage.equals("active");
    }
}
