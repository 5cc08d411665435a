package io.millrace.registry.grant;

import io.millrace.registry.access.Level;
import org.jspecify.annotations.Nullable;

/**
 * What somebody may do with an experiment or a model.
 *
 * @param subject {@code user:} and the name of a token, or {@code group:} and a group of tokens
 */
public record Grant(@Nullable String subject, @Nullable Level level) {}
