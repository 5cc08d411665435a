package io.millrace.registry.experiment;

import java.util.Map;
import org.jspecify.annotations.Nullable;

record CreateExperimentRequest(
        @Nullable String name,
        @Nullable String artifactLocation,
        @Nullable Map<String, String> tags) {}
