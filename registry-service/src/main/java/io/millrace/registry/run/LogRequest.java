package io.millrace.registry.run;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

record LogRequest(
        @Nullable List<Metric> metrics,
        @Nullable Map<String, String> params,
        @Nullable Map<String, String> tags) {}
