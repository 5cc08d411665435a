package io.millrace.registry.promotion;

import org.jspecify.annotations.Nullable;

/**
 * A promotion to open.
 *
 * @param alias a protected alias of the model
 * @param reason why; shown to who approves, 1 to 2,000 characters
 */
record OpenPromotionRequest(
        @Nullable Integer version,
        @Nullable String alias,
        @Nullable String reason,
        @Nullable String causedBy) {}
