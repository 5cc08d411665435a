package io.millrace.registry.mlflow;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.millrace.common.error.PlatformException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Protobuf's JSON as MLflow speaks it: unknown fields are ignored, whole numbers may be quoted, NaN and infinities are
 * texts; absent fields and empty lists are left out.
 */
@ApplicationScoped
class MlflowJson {

    private static final String MORE = " See the API docs for more information about request parameters.";
    private static final int MAX_DEPTH = 100;

    /** Texts that clients like to send as numbers. */
    private static final List<String> IDS = List.of("experiment_id", "experiment_ids", "version");

    private final JsonMapper mapper;

    MlflowJson() {
        this.mapper = JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
                .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                .serializationInclusion(JsonInclude.Include.NON_NULL)
                .withConfigOverride(
                        List.class,
                        o -> o.setInclude(JsonInclude.Value.construct(
                                JsonInclude.Include.NON_EMPTY, JsonInclude.Include.NON_NULL)))
                .withCoercionConfig(
                        LogicalType.Textual,
                        c -> c.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
                .build();
        mapper.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .build());
    }

    byte[] write(Object message) {
        try {
            return mapper.writeValueAsBytes(message);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer cannot be written as JSON", e);
        }
    }

    /** A message as a tree. */
    JsonNode tree(Object message) {
        return mapper.valueToTree(message);
    }

    /** The message of a body; none is the empty message. Very old clients send JSON inside of a JSON text. */
    ObjectNode parse(byte[] body) {
        try {
            JsonNode message = body.length == 0 ? null : mapper.readTree(body);
            if (message != null && message.isTextual()) {
                message = mapper.readTree(message.asText());
            }
            if (message == null || message.isNull() || message.isMissingNode()) {
                return mapper.createObjectNode();
            }
            if (message instanceof ObjectNode object) {
                return object;
            }
            throw PlatformException.invalid("", "The request body must be a JSON object.");
        } catch (IOException e) {
            throw PlatformException.invalid("", "The request body is not JSON: " + firstLine(e));
        }
    }

    private static String firstLine(IOException e) {
        String message = e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
        return String.valueOf(message).lines().findFirst().orElse("");
    }

    /** The message of query parameters; one that comes more than once is a list. */
    ObjectNode parse(Map<String, List<String>> query) {
        ObjectNode message = mapper.createObjectNode();
        query.forEach((name, values) -> {
            // Some clients write lists as PHP does.
            String field = name.endsWith("[]") ? name.substring(0, name.length() - 2) : name;
            if (values.size() == 1) {
                message.put(field, values.get(0));
            } else {
                ArrayNode list = message.putArray(field);
                values.forEach(list::add);
            }
        });
        return message;
    }

    <T> T read(ObjectNode message, Class<T> shape) {
        for (String field : IDS) {
            JsonNode value = message.get(field);
            if (value != null && value.isIntegralNumber()) {
                message.put(field, value.asText());
            } else if (value instanceof ArrayNode list) {
                for (int i = 0; i < list.size(); i++) {
                    if (list.get(i).isIntegralNumber()) {
                        list.set(i, mapper.getNodeFactory().textNode(list.get(i).asText()));
                    }
                }
            }
        }
        try {
            return mapper.treeToValue(message, shape);
        } catch (JsonMappingException e) {
            throw wrong(message, e);
        } catch (JsonProcessingException e) {
            throw PlatformException.invalid("", "The request body cannot be read: " + firstLine(e));
        }
    }

    private static PlatformException wrong(ObjectNode message, JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        JsonNode value = message;
        for (JsonMappingException.Reference step : e.getPath()) {
            if (step.getFieldName() == null) {
                // One value in place of a list has no index.
                if (value.isArray()) {
                    path.append('[').append(step.getIndex()).append(']');
                    value = value.path(step.getIndex());
                }
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
                value = value.path(step.getFieldName());
            }
        }
        return invalid(path.toString(), value.toString(), "");
    }

    /** The error of a required field that is absent, null or empty. */
    static PlatformException missing(String field) {
        return PlatformException.invalid("/" + field, "Missing value for required parameter '" + field + "'." + MORE);
    }

    static PlatformException invalid(String field, String json, String why) {
        String value = json.length() > 200 ? json.substring(0, 200) + "…" : json;
        return PlatformException.invalid(
                "/" + field,
                "Invalid value " + value + " for parameter '" + field + "' supplied"
                        + (why.isEmpty() ? "." : ": " + why) + MORE);
    }

    static String required(String field, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            throw missing(field);
        }
        return value;
    }

    static <T> T present(String field, @Nullable T value) {
        if (value == null) {
            throw missing(field);
        }
        return value;
    }

    static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    static <T> List<T> list(@Nullable List<T> value) {
        return value == null ? List.of() : value;
    }

    /** None for an absent or empty text. */
    static @Nullable String optional(@Nullable String value) {
        return value == null || value.isEmpty() ? null : value;
    }
}
