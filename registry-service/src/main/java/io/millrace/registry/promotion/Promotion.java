package io.millrace.registry.promotion;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The wish that a protected alias point to a version, with all that was said and decided about it.
 *
 * @param closedAt none while it is open
 * @param steps oldest first
 */
public record Promotion(
        UUID id,
        String model,
        int version,
        String alias,
        PromotionState state,
        String reason,
        String causedBy,
        String openedBy,
        Instant openedAt,
        Instant expiresAt,
        @Nullable Instant closedAt,
        List<Step> steps) {

    public Promotion {
        steps = List.copyOf(steps);
    }

    /**
     * One entry of the discussion.
     *
     * @param kind opened, commented, approved, rejected, withdrawn, expired or applied
     */
    public record Step(String kind, String actor, String text, Instant at) {}

    long approvals() {
        return steps.stream().filter(s -> s.kind().equals("approved")).count();
    }

    Promotion withSteps(List<Step> found) {
        return new Promotion(
                id, model, version, alias, state, reason, causedBy, openedBy, openedAt, expiresAt, closedAt, found);
    }
}
