package io.millrace.registry.model;

import org.jspecify.annotations.Nullable;

/**
 * Moves a version to another stage.
 *
 * @param archiveOthers whether the versions that are in it go to Archived; only for Staging and Production
 */
record MoveStageRequest(
        @Nullable String stage,
        @Nullable Boolean archiveOthers,
        @Nullable String reason) {}
