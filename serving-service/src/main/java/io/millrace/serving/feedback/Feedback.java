package io.millrace.serving.feedback;

import java.time.Instant;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The truth about one prediction: either a number or a label. */
public record Feedback(
        Subject subject, @Nullable Double truth, @Nullable String label, Instant observedAt) {

    /** Which prediction is meant. */
    public sealed interface Subject {

        /** The result for the case this is. */
        <T> T fold(Function<ById, T> byId, Function<ByKey, T> byKey);
    }

    /** The prediction of an id. */
    public record ById(UUID id) implements Subject {
        @Override
        public <T> T fold(Function<ById, T> byId, Function<ByKey, T> byKey) {
            return byId.apply(this);
        }
    }

    /** The last prediction for a key of an endpoint, by event time; with a time, the last that was not after it. */
    public record ByKey(
            String endpoint, String key, @Nullable Instant at) implements Subject {
        @Override
        public <T> T fold(Function<ById, T> byId, Function<ByKey, T> byKey) {
            return byKey.apply(this);
        }
    }
}
