package io.millrace.runtime.mlflow;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.ModelFormatException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Content of an {@code MLmodel} file.
 *
 * @param flavours settings by flavour
 * @param inputs columns of the signature; empty without one, or when it is of tensors
 * @param matrix the columns of the one tensor that the signature has, numbered; empty when it is not rows by a number of
 *     columns
 */
record Mlmodel(Map<String, Map<?, ?>> flavours, List<Column> inputs, List<Column> matrix) {

    private static final int MAX_COLUMNS = 10_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws ModelFormatException when it is no such file */
    static Mlmodel parse(byte[] bytes) {
        Object root;
        try {
            root = new Load(LoadSettings.builder()
                            .setMaxAliasesForCollections(10)
                            .setCodePointLimit(bytes.length + 1)
                            .build())
                    .loadFromString(new String(bytes, StandardCharsets.UTF_8));
        } catch (YamlEngineException e) {
            throw new ModelFormatException("MLmodel is no YAML: " + e.getMessage(), e);
        }
        if (!(root instanceof Map<?, ?> model) || !(model.get("flavors") instanceof Map<?, ?> given)) {
            throw new ModelFormatException("MLmodel has no flavors");
        }
        Map<String, Map<?, ?>> flavours = new TreeMap<>();
        given.forEach((name, settings) ->
                flavours.put(String.valueOf(name), settings instanceof Map<?, ?> map ? map : Map.of()));
        JsonNode inputs = inputs(model.get("signature"));
        return new Mlmodel(flavours, columns(inputs), matrix(inputs));
    }

    /** MLflow keeps the list as JSON inside of a text. */
    private static JsonNode inputs(@Nullable Object signature) {
        try {
            return signature instanceof Map<?, ?> map && map.get("inputs") instanceof String list
                    ? JSON.readTree(list)
                    : JSON.missingNode();
        } catch (JacksonException e) {
            throw unreadable(e);
        }
    }

    private static ModelFormatException unreadable(Exception e) {
        return new ModelFormatException("MLmodel has a signature that cannot be read: " + e.getMessage(), e);
    }

    private static List<Column> columns(JsonNode inputs) {
        List<Column> columns = new ArrayList<>();
        try {
            for (JsonNode given : inputs) {
                String name = given.path("name").asText("");
                String type = given.path("type").asText();
                if (name.isBlank() || type.equals("tensor")) {
                    return List.of();
                }
                columns.add(new Column(
                        name, type(name, type), !given.path("required").asBoolean(true), null, null, null));
            }
        } catch (IllegalArgumentException e) {
            throw unreadable(e);
        }
        return columns;
    }

    private static List<Column> matrix(JsonNode inputs) {
        JsonNode spec = inputs.path(0).path("tensor-spec");
        JsonNode shape = spec.path("shape");
        int width = shape.path(1).asInt();
        if (inputs.size() != 1 || shape.size() != 2 || width < 1 || width > MAX_COLUMNS) {
            return List.of();
        }
        String name = inputs.path(0).path("name").asText("input");
        ColumnType type = spec.path("dtype").asText().startsWith("float") ? ColumnType.FLOAT64 : ColumnType.INT64;
        return IntStream.range(0, width)
                .mapToObj(at -> Column.required(name + "[" + at + "]", type))
                .toList();
    }

    private static ColumnType type(String name, String type) {
        return switch (type) {
            case "double", "float" -> ColumnType.FLOAT64;
            case "long", "integer" -> ColumnType.INT64;
            case "string" -> ColumnType.STRING;
            case "boolean" -> ColumnType.BOOL;
            case "datetime" -> ColumnType.TIMESTAMP;
            default ->
                throw new ModelFormatException(
                        "MLmodel has the column " + name + " of type " + type + ", which is not supported");
        };
    }
}
