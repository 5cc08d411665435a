package io.millrace.pipeline.definition;

import io.millrace.runtime.feature.FeatureSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A training pipeline with every default filled in. Immutable; its canonical JSON is hashed. */
public record PipelineSpec(
        String name,
        String project,
        Map<String, String> labels,
        String asOfDefault,
        List<Schedule> schedules,
        Data data,
        List<ExpectationSpec> expectations,
        Split split,
        List<FeatureSpec> features,
        Train train,
        Evaluate evaluate,
        List<GateSpec> gates,
        boolean rejectInconclusive,
        Register register,
        @Nullable Deploy deploy,
        Run run) {

    /** Whether the label has classes of which none is the positive one: two or more, each with its own probability. */
    public boolean multiclass() {
        return !train.regression() && data.positive() == null;
    }

    /**
     * @param cron Unix form, five fields
     * @param zone such as {@code Europe/Vienna}
     * @param catchUpLatest fire once for the instants missed while nothing ran; otherwise they are left out
     */
    public record Schedule(String cron, String zone, boolean catchUpLatest) {}

    /**
     * @param csv path below the sources directory; may hold {@code *}; may end in {@code .gz}
     * @param key column that names a row
     * @param time column of the instant a row belongs to
     * @param positive label of the positive class; none for regression or more than two classes
     * @param window rows of the last {@code window} before the run's {@code asOf}; none for all rows
     * @param columns declared types; others are inferred
     */
    public record Data(
            String csv,
            String delimiter,
            @Nullable String key,
            @Nullable String time,
            String label,
            @Nullable String positive,
            @Nullable Duration window,
            Map<String, String> columns) {}

    /** Durations before {@code asOf} for a split by time, else shares of the rows for a random one. */
    public record Split(
            boolean byTime,
            @Nullable Duration validation,
            @Nullable Duration test,
            double validationShare,
            double testShare,
            boolean stratify,
            long seed) {}

    /** @param log1pTarget regression only: learn log(1 + target) */
    public record Train(
            String algorithm, Map<String, Object> params, long seed, boolean balanced, boolean log1pTarget) {

        /** Whether the algorithm predicts a number. */
        public boolean regression() {
            return algorithm.endsWith(".regression");
        }
    }

    public record Evaluate(List<String> metrics, int replicates, double confidence) {}

    /** @param card what people say of the model, by field of its card in the registry; empty when they say nothing */
    public record Register(String model, boolean onnx, Map<String, String> card) {

        public Register {
            card = Map.copyOf(card);
        }
    }

    /** @param alias the alias that a passed candidate gets */
    public record Deploy(
            String endpoint, String alias, @Nullable Decision decision) {}

    public record Decision(double threshold, String positive, String negative) {}

    /** @param skipWhenBusy leave a run out when one is under way, instead of queueing it */
    public record Run(Duration timeout, int attempts, Duration retryDelay, boolean skipWhenBusy) {}
}
