package io.millrace.serving.openinference;

import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.Signature;
import io.millrace.serving.openinference.tensor.Datatype;
import io.millrace.serving.openinference.tensor.OutputTensor;
import io.millrace.serving.route.Route;
import io.millrace.serving.route.ServedArm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What an endpoint takes and gives, in the words of the protocol. */
public record ModelMetadataResponse(
        String name,
        List<String> versions,
        String platform,
        List<Tensor> inputs,
        List<Tensor> outputs,
        Map<String, String> properties) {

    /** Extensions of the protocol that this server knows. */
    public static final List<String> EXTENSIONS =
            List.of("binary_tensor_data", "model_configuration", "model_repository", "statistics");

    private static final String PLATFORM = "millrace";

    /** @param shape -1 is the number of rows */
    public record Tensor(String name, String datatype, List<Integer> shape) {}

    public static ModelMetadataResponse of(Route route, ServedArm arm) {
        Signature signature = arm.model().signature();
        List<Tensor> outputs = new ArrayList<>();
        for (Output output : signature.outputs()) {
            outputs.add(new Tensor(
                    output.name(),
                    Datatype.of(output.type()).name(),
                    output.width() == 1 ? List.of(-1) : List.of(-1, output.width())));
        }
        if (route.decision() != null) {
            outputs.add(new Tensor(OutputTensor.DECISION, Datatype.BYTES.name(), List.of(-1)));
        }
        return new ModelMetadataResponse(
                route.endpoint(),
                route.versions().stream().map(String::valueOf).toList(),
                PLATFORM,
                signature.inputs().stream().map(ModelMetadataResponse::input).toList(),
                outputs,
                properties(signature, arm));
    }

    private static Tensor input(Column column) {
        return new Tensor(column.name(), Datatype.of(column.type()).name(), List.of(-1));
    }

    private static Map<String, String> properties(Signature signature, ServedArm arm) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("model", arm.model().id().model());
        properties.put("task", signature.task().name());
        if (!signature.classes().isEmpty()) {
            properties.put("classes", String.join(",", signature.classes()));
        }
        String optional = signature.inputs().stream()
                .filter(Column::nullable)
                .map(Column::name)
                .collect(Collectors.joining(","));
        if (!optional.isEmpty()) {
            properties.put("optional_inputs", optional);
        }
        return properties;
    }
}
