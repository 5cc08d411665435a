package io.millrace.pipeline.collection;

import org.jspecify.annotations.Nullable;

/** @param dryRun only count what would go; the default */
record CollectRequest(@Nullable Boolean dryRun) {}
