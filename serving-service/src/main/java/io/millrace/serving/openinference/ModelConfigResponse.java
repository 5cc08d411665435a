package io.millrace.serving.openinference;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.serving.openinference.ModelMetadataResponse.Tensor;
import io.millrace.serving.route.Route;
import io.millrace.serving.route.ServedArm;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The model configuration extension. Shapes are whole, with the number of rows as their first dimension, as in the metadata;
 * that is what a {@code max_batch_size} of 0 says. The most rows of a request are among the parameters.
 *
 * @param parameters what the metadata has as properties, and {@code max_rows}
 */
public record ModelConfigResponse(
        String name,
        String platform,
        String backend,
        @JsonProperty("version_policy") VersionPolicy versionPolicy,
        @JsonProperty("max_batch_size") int maxBatchSize,
        List<Input> input,
        List<Output> output,
        Map<String, Parameter> parameters,
        @JsonProperty("response_cache") ResponseCache responseCache) {

    private static final String BACKEND = "millrace";

    /** Which versions are served: those named. */
    public record VersionPolicy(Specific specific) {}

    /** Versions by their numbers. */
    public record Specific(List<Integer> versions) {}

    /** A tensor that the model takes; an optional one may be left out or have nulls. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public record Input(
            String name, @JsonProperty("data_type") String dataType, List<Integer> dims, boolean optional) {}

    /** A tensor that the model gives. */
    public record Output(
            String name, @JsonProperty("data_type") String dataType, List<Integer> dims) {}

    /** A parameter, which is always a text. */
    public record Parameter(@JsonProperty("string_value") String stringValue) {}

    /** Whether answers are kept for the same rows. */
    public record ResponseCache(boolean enable) {}

    /** @param maxRows most rows of a request */
    public static ModelConfigResponse of(Route route, ServedArm arm, int maxRows) {
        ModelMetadataResponse metadata = ModelMetadataResponse.of(route, arm);
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        metadata.properties().forEach((name, value) -> parameters.put(name, new Parameter(value)));
        parameters.put("max_rows", new Parameter(Integer.toString(maxRows)));
        Set<String> optional = Set.copyOf(Arrays.asList(
                metadata.properties().getOrDefault("optional_inputs", "").split(",")));
        return new ModelConfigResponse(
                metadata.name(),
                metadata.platform(),
                BACKEND,
                new VersionPolicy(new Specific(route.versions())),
                0,
                metadata.inputs().stream()
                        .map(each -> new Input(each.name(), type(each), each.shape(), optional.contains(each.name())))
                        .toList(),
                metadata.outputs().stream()
                        .map(each -> new Output(each.name(), type(each), each.shape()))
                        .toList(),
                parameters,
                new ResponseCache(route.failover().guard().cache() != null));
    }

    private static String type(Tensor tensor) {
        return "TYPE_" + (tensor.datatype().equals("BYTES") ? "STRING" : tensor.datatype());
    }
}
