package io.millrace.registry.dataset;

import org.jspecify.annotations.Nullable;

/** A data set of an experiment and for what its runs read it. */
public record DatasetSummary(
        String experimentId,
        String name,
        String digest,
        @Nullable String context) {}
