package io.millrace.registry.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.registry.artifact.Artifact;
import io.millrace.registry.artifact.ArtifactService;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Takes the signature of a version from the {@code MLmodel} file that MLflow's clients write. What is there in MLflow's types
 * becomes ours; what cannot be read leaves the version without a signature.
 */
@ApplicationScoped
class MlmodelFile {

    static final String NAME = "MLmodel";

    private static final Logger LOG = Logger.getLogger(MlmodelFile.class);
    private static final int MAX_BYTES = 1 << 20;

    private final ArtifactService artifacts;
    private final ObjectMapper json;

    MlmodelFile(ArtifactService artifacts, ObjectMapper json) {
        this.artifacts = artifacts;
        this.json = json;
    }

    /** The signature; an empty object without one. */
    JsonNode signature(List<Artifact> files) {
        ObjectNode none = json.createObjectNode();
        Optional<Artifact> file = files.stream()
                .filter(f -> f.path().equals(NAME) && f.sizeBytes() <= MAX_BYTES)
                .findFirst();
        if (file.isEmpty()) {
            return none;
        }
        try {
            return parse(new String(artifacts.file(file.get().sha256()).bytes(), StandardCharsets.UTF_8));
        } catch (IOException | YamlEngineException e) {
            LOG.warnf("MLmodel not understood sha256=%s reason=%s", file.get().sha256(), e.getMessage());
            return none;
        }
    }

    private JsonNode parse(String text) throws JsonProcessingException {
        ObjectNode signature = json.createObjectNode();
        Object root = new Load(LoadSettings.builder()
                        .setMaxAliasesForCollections(10)
                        .setCodePointLimit(MAX_BYTES)
                        .build())
                .loadFromString(text);
        if (!(root instanceof Map<?, ?> model) || !(model.get("signature") instanceof Map<?, ?> given)) {
            return signature;
        }
        ArrayNode inputs = columns(given.get("inputs"), true);
        ArrayNode outputs = columns(given.get("outputs"), false);
        if (inputs == null) {
            return signature;
        }
        signature.put("task", "GENERIC");
        signature.set("inputs", inputs);
        signature.set("outputs", outputs == null ? json.createArrayNode() : outputs);
        signature.set("classes", json.createArrayNode());
        return signature;
    }

    /** MLflow keeps a list of columns as JSON inside of a text. Tensors, which have no names of columns, are not told. */
    private @Nullable ArrayNode columns(@Nullable Object text, boolean inputs) throws JsonProcessingException {
        if (!(text instanceof String list)) {
            return null;
        }
        ArrayNode columns = json.createArrayNode();
        int unnamed = 0;
        for (JsonNode given : json.readTree(list)) {
            String type = type(given.path("type").asText(), inputs);
            if (type.isEmpty()) {
                return null;
            }
            ObjectNode column = columns.addObject();
            column.put("name", given.path("name").asText(inputs ? "input_" + unnamed++ : "output_" + unnamed++));
            column.put("type", type);
            if (inputs) {
                column.put("nullable", !given.path("required").asBoolean(true));
            } else {
                column.put("width", 1);
            }
        }
        return columns;
    }

    private static String type(String mlflow, boolean input) {
        return switch (mlflow) {
            case "double" -> "FLOAT64";
            case "float" -> input ? "FLOAT64" : "FLOAT32";
            case "long", "integer" -> "INT64";
            case "string" -> "STRING";
            case "boolean" -> input ? "BOOL" : "INT64";
            case "datetime" -> input ? "TIMESTAMP" : "";
            default -> "";
        };
    }
}
