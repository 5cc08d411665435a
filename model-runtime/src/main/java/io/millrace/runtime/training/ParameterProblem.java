package io.millrace.runtime.training;

/** One thing wrong with the parameters of a trainer; {@code key} is the parameter's name as given. */
public record ParameterProblem(String key, String message) {}
