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
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Content of an {@code MLmodel} file.
 *
 * @param flavours settings by flavour
 * @param inputs columns of the signature; empty without one, or when it is of tensors without names
 */
record Mlmodel(Map<String, Map<?, ?>> flavours, List<Column> inputs) {

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
        Object signature = model.get("signature");
        return new Mlmodel(flavours, columns(signature instanceof Map<?, ?> map ? map.get("inputs") : null));
    }

    /** Where the flavour's model is, relative to the folder. */
    String data(String flavour) {
        Map<?, ?> settings = flavours.getOrDefault(flavour, Map.of());
        if (settings.get("data") instanceof String data) {
            return data;
        }
        throw new ModelFormatException("MLmodel does not say where the data of the flavour " + flavour + " is");
    }

    /** MLflow keeps the list as JSON inside of a text. */
    private static List<Column> columns(@Nullable Object text) {
        List<Column> columns = new ArrayList<>();
        if (!(text instanceof String list)) {
            return columns;
        }
        try {
            for (JsonNode given : JSON.readTree(list)) {
                String name = given.path("name").asText("");
                String type = given.path("type").asText();
                if (name.isBlank() || type.equals("tensor")) {
                    return List.of();
                }
                columns.add(new Column(
                        name, type(name, type), !given.path("required").asBoolean(true), null, null, null));
            }
        } catch (JacksonException | IllegalArgumentException e) {
            throw new ModelFormatException("MLmodel has a signature that cannot be read: " + e.getMessage(), e);
        }
        return columns;
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
