package io.millrace.serving.openinference;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.common.error.PlatformException;
import io.millrace.runtime.spi.Output;
import io.millrace.serving.inference.Answer;
import io.millrace.serving.inference.Answer.Scored;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The answer of an infer call. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record InferResponse(
        @JsonProperty("model_name") String modelName,
        @JsonProperty("model_version") String modelVersion,
        @Nullable String id,
        Map<String, Object> parameters,
        List<Tensor> outputs) {

    static final String DECISION = "decision";

    /** @param data row-major; null where a number is not finite, which JSON cannot say */
    record Tensor(String name, String datatype, List<Integer> shape, List<@Nullable Object> data) {}

    static InferResponse of(Answer answer, OpenInferenceRequest request) {
        List<Tensor> outputs = new ArrayList<>();
        for (Output output : answer.prediction().outputs()) {
            outputs.add(tensor(answer, output));
        }
        if (answer.rows().stream().anyMatch(row -> row.decision() != null)) {
            outputs.add(new Tensor(
                    DECISION,
                    Datatype.BYTES.name(),
                    List.of(answer.rows().size()),
                    new ArrayList<>(answer.rows().stream().map(Scored::decision).toList())));
        }
        return new InferResponse(
                answer.endpoint(),
                Integer.toString(answer.version().version()),
                request.id(),
                Map.of(
                        "arm",
                        answer.arm(),
                        "prediction_ids",
                        answer.rows().stream()
                                .map(row -> row.predictionId().toString())
                                .collect(Collectors.joining(","))),
                asked(outputs, request.outputs()));
    }

    private static List<Tensor> asked(List<Tensor> outputs, Set<String> names) {
        if (names.isEmpty()) {
            return outputs;
        }
        List<Tensor> asked = new ArrayList<>();
        for (String name : names) {
            asked.add(outputs.stream()
                    .filter(tensor -> tensor.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> PlatformException.invalid(
                            "",
                            "no output '" + name + "', known are "
                                    + outputs.stream().map(Tensor::name).collect(Collectors.joining(", ")))));
        }
        return asked;
    }

    private static Tensor tensor(Answer answer, Output output) {
        int rows = answer.prediction().size();
        double[] numbers = answer.prediction().numbers().get(output.name());
        String[] labels = answer.prediction().labels().get(output.name());
        List<@Nullable Object> data = new ArrayList<>(rows * output.width());
        if (numbers != null) {
            for (double number : numbers) {
                data.add(number(output, number));
            }
        } else if (labels != null) {
            data.addAll(Arrays.asList(labels));
        }
        return new Tensor(
                output.name(),
                Datatype.of(output.type()).name(),
                output.width() == 1 ? List.of(rows) : List.of(rows, output.width()),
                data);
    }

    private static @Nullable Object number(Output output, double number) {
        if (!Double.isFinite(number)) {
            return null;
        }
        return switch (output.type()) {
            case FLOAT32 -> (Object) (float) number;
            case INT64 -> (long) number;
            case FLOAT64, STRING -> number;
        };
    }
}
