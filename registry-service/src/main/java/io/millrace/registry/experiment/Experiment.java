package io.millrace.registry.experiment;

import java.time.Instant;
import java.util.Map;

/** A named set of runs. */
public record Experiment(
        String experimentId,
        String name,
        String artifactLocation,
        String lifecycleStage,
        Instant createdAt,
        Instant updatedAt,
        Map<String, String> tags) {

    public boolean active() {
        return lifecycleStage.equals("active");
    }
}
