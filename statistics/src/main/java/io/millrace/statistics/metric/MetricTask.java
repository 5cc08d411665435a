package io.millrace.statistics.metric;

/** What kind of model a metric judges. */
public enum MetricTask {
    CLASSIFICATION,
    REGRESSION
}
