package io.millrace.pipeline.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.pipeline.step.ArtifactFiles;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the pipeline service asks of the registry. */
@ApplicationScoped
public class RegistryClient {

    private final JsonHttp http;
    private final String base;
    private final ObjectMapper json;

    RegistryClient(JsonHttp http, @ConfigProperty(name = "millrace.registry-url") String base, ObjectMapper json) {
        this.http = http;
        this.base = base;
        this.json = json;
    }

    /** The version an alias points to; none when the model or the alias is not there. */
    public OptionalInt findAlias(String model, String alias) {
        String url = base + JsonHttp.path("api", "v1", "models", model);
        for (JsonNode target :
                http.find("GET", url, null, null).map(m -> m.path("aliases")).orElseGet(json::createArrayNode)) {
            if (target.path("alias").asText().equals(alias)) {
                return OptionalInt.of(target.path("version").asInt());
            }
        }
        return OptionalInt.empty();
    }

    /** Downloads the files of a version into a folder and checks the digest of each. */
    public void download(String model, int version, Path folder) {
        String url = base + JsonHttp.path("api", "v1", "models", model, "versions", Integer.toString(version));
        Path root = folder.toAbsolutePath().normalize();
        for (JsonNode file : http.send("GET", url, null, null).path("files")) {
            String path = file.path("path").asText();
            Path target = root.resolve(path).normalize();
            if (!target.startsWith(root)) {
                throw new PlatformException(
                        ErrorCode.UNPROCESSABLE, "A file of the version leaves its folder: " + path);
            }
            try {
                Files.createDirectories(target.getParent());
                http.download(url + JsonHttp.path("files", path), target);
                String digest = ArtifactFiles.digest(target);
                if (!digest.equals(file.path("sha256").asText())) {
                    throw new PlatformException(
                            ErrorCode.UPSTREAM_UNAVAILABLE,
                            "The digest of " + path + " is " + digest + ", not as registered");
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Starts a tracking run once for the key; answers its id. */
    public String createRun(String experiment, String name, Map<String, String> tags, String causedBy, String key) {
        Map<String, Object> body =
                Map.of("experimentName", experiment, "name", name, "tags", tags, "causedBy", causedBy);
        return http.send("POST", base + "/api/v1/runs", body, key).path("runId").asText();
    }

    /** Logs parameters and metrics; the same again changes nothing. */
    public void log(String runId, Map<String, String> params, Map<String, Double> metrics, long timestampMs) {
        ObjectNode body = json.createObjectNode();
        body.set("params", json.valueToTree(params));
        var list = body.putArray("metrics");
        metrics.forEach((key, value) -> list.addObject()
                .put("key", key)
                .put("value", value)
                .put("step", 0)
                .put("timestampMs", timestampMs));
        http.send("POST", base + JsonHttp.path("api", "v1", "runs", runId, "log"), body, null);
    }

    public void finishRun(String runId, String endAt) {
        Map<String, Object> body = Map.of("status", "FINISHED", "endAt", endAt);
        http.send("PATCH", base + JsonHttp.path("api", "v1", "runs", runId), body, null);
    }

    public void upload(String runId, String path, Path file, String sha256) {
        http.upload(base + JsonHttp.path("api", "v1", "runs", runId, "artifacts", path), file, sha256);
    }

    /** Registers a version once for the key; answers its number. */
    public int createVersion(String model, JsonNode body, String key) {
        String url = base + JsonHttp.path("api", "v1", "models", model, "versions");
        return http.send("POST", url, body, key).path("version").asInt();
    }

    /**
     * Fills in the card of a version: the draft that the registry makes, and these texts. A card that somebody has edited stays
     * as it is.
     */
    public void completeCard(String model, int version, Map<String, String> texts) {
        String url = base + JsonHttp.path("api", "v1", "models", model, "versions", Integer.toString(version), "card");
        JsonNode draft = http.send("GET", url, null, null);
        if (draft.path("revision").asInt() > 0 || !(draft.path("card") instanceof ObjectNode card)) {
            return;
        }
        ObjectNode sections = card.withObjectProperty("sections");
        texts.forEach((field, text) -> {
            if (field.equals("owner") || field.equals("license")) {
                card.put(field, text);
            } else {
                sections.put(field, text);
            }
        });
        http.send("PUT", url, card.put("expectedRevision", 0), null);
    }

    /** Points an alias to a version, once for the key. */
    public void moveAlias(String model, String alias, int version, String reason, String causedBy, String key) {
        String url = base + JsonHttp.path("api", "v1", "models", model, "aliases", alias);
        http.send("PUT", url, Map.of("version", version, "reason", reason, "causedBy", causedBy), key);
    }
}
