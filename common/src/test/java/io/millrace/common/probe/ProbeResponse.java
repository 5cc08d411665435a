package io.millrace.common.probe;

/** @param number counts the executions */
public record ProbeResponse(String name, int number) {}
