package io.millrace.registry.run;

/** A value and the run it belongs to. */
public record RunMetric(String runId, Metric metric) {}
