package io.millrace.registry.run;

/** A metric of a run that was measured on a logged model, on a data set or (empty) on none that was named. */
public record ModelMetric(String modelId, Metric metric, String datasetName, String datasetDigest) {}
