package io.millrace.registry.promotion;

import org.jspecify.annotations.Nullable;

/** What somebody says with a comment or a decision, at most 10,000 characters. */
record SayRequest(@Nullable String text) {}
