package io.millrace.serving.feedback;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The truth about one prediction: either a number or a label. */
public record Feedback(
        UUID predictionId, @Nullable Double truth, @Nullable String label, Instant observedAt) {}
