package io.millrace.registry.run;

/** One measured value. NaN and infinities are values. */
public record Metric(String key, double value, long step, long timestampMs) {}
