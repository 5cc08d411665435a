package io.millrace.pipeline.run;

import org.jspecify.annotations.Nullable;

record DecideRequest(@Nullable Boolean approve, @Nullable String reason) {}
