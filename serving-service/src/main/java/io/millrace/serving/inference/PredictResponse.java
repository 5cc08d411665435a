package io.millrace.serving.inference;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.Task;
import io.millrace.serving.inference.Answer.Scored;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a native predict call.
 *
 * @param fallbackFrom the arm that should have answered and could not; absent when it did
 */
record PredictResponse(
        String endpoint,
        String model,
        int version,
        String arm,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String fallbackFrom,
        List<Predicted> predictions,
        String requestId) {

    /**
     * One row's answer.
     *
     * @param probabilities by class, only of a model with more than two classes
     * @param outputs every output by name, only of a model without the standard outputs
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Predicted(
            UUID predictionId,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            Double score,

            @Nullable String label,
            @Nullable String decision,
            @Nullable Map<String, @Nullable Double> probabilities,
            @Nullable Map<String, Object> outputs) {}

    static PredictResponse of(Answer answer) {
        List<Predicted> predictions = new ArrayList<>(answer.rows().size());
        for (int row = 0; row < answer.rows().size(); row++) {
            Scored said = answer.rows().get(row);
            predictions.add(new Predicted(
                    said.predictionId(),
                    said.score(),
                    said.label(),
                    said.decision(),
                    probabilities(answer, row),
                    outputs(answer, row)));
        }
        return new PredictResponse(
                answer.endpoint(),
                answer.version().model(),
                answer.version().version(),
                answer.arm(),
                answer.fallbackFrom(),
                predictions,
                answer.requestId());
    }

    private static @Nullable Map<String, @Nullable Double> probabilities(Answer answer, int row) {
        if (answer.signature().task() != Task.MULTICLASS) {
            return null;
        }
        double[] values = answer.prediction().numbers().get(Output.PROBABILITY);
        List<String> classes = answer.signature().classes();
        if (values == null
                || values.length != classes.size() * answer.prediction().size()) {
            return null;
        }
        Map<String, @Nullable Double> byClass = new LinkedHashMap<>();
        for (int i = 0; i < classes.size(); i++) {
            byClass.put(classes.get(i), finite(values[row * classes.size() + i]));
        }
        return byClass;
    }

    private static @Nullable Map<String, Object> outputs(Answer answer, int row) {
        if (answer.signature().task() != Task.GENERIC) {
            return null;
        }
        Map<String, Object> outputs = new LinkedHashMap<>();
        for (Output output : answer.prediction().outputs()) {
            List<@Nullable Object> values = new ArrayList<>();
            double[] numbers = answer.prediction().numbers().get(output.name());
            String[] labels = answer.prediction().labels().get(output.name());
            for (int i = row * output.width(); i < (row + 1) * output.width(); i++) {
                values.add(numbers != null ? finite(numbers[i]) : labels != null ? labels[i] : null);
            }
            outputs.put(output.name(), values);
        }
        return outputs;
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
