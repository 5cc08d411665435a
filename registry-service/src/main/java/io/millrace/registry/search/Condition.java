package io.millrace.registry.search;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A piece of SQL that the code wrote, and its arguments in order. */
public record Condition(String sql, List<? extends @Nullable Object> arguments) {}
