package io.millrace.registry.run;

import java.util.List;

/** Points that one request logs to one run. */
record RunMetrics(String runId, List<Metric> metrics) {}
