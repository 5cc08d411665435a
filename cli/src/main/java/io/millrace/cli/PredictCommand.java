package io.millrace.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.client.Api;
import io.millrace.cli.platform.PlatformException;
import io.millrace.cli.platform.ServiceName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "predict", description = "Asks an endpoint for predictions and prints its answer as JSON.")
final class PredictCommand implements Runnable {

    private static final String STANDARD_INPUT = "-";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private HomeOption home = new HomeOption();

    @Parameters(index = "0", paramLabel = "ENDPOINT", description = "Name of the endpoint.")
    private String endpoint = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "JSON",
            description = "One row as an object of columns, several as a list of such objects, or a whole request with "
                    + "inputs or instances. Without it, or with -, it is read from standard input.")
    private @Nullable String json;

    @Option(names = "--file", paramLabel = "FILE", description = "Read the JSON from a file.")
    private @Nullable Path file;

    @Option(names = "--key", paramLabel = "KEY", description = "Key that keeps this caller on one arm.")
    private @Nullable String key;

    @Override
    public void run() {
        if (json != null && file != null) {
            throw new ParameterException(spec.commandLine(), "JSON is given both as an argument and as --file.");
        }
        JsonNode answer = home.api()
                .post(
                        ServiceName.SERVING,
                        "/api/v1/endpoints/" + Api.segment(endpoint) + "/predict",
                        request(parse(text())));
        System.out.println(answer.toPrettyString());
    }

    private String text() {
        try {
            if (file != null) {
                return Files.readString(file);
            }
            if (json != null && !json.equals(STANDARD_INPUT)) {
                return json;
            }
            return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new PlatformException("The JSON cannot be read: " + e, e);
        }
    }

    private JsonNode parse(String text) {
        try {
            JsonNode parsed = Api.JSON.readTree(text);
            if (parsed.isObject() || parsed.isArray()) {
                return parsed;
            }
            throw new ParameterException(spec.commandLine(), "JSON must be an object or a list.");
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw new ParameterException(
                    spec.commandLine(), "JSON cannot be read" + where + ": " + e.getOriginalMessage(), e);
        }
    }

    private ObjectNode request(JsonNode given) {
        ObjectNode request;
        if (given instanceof ObjectNode whole && (given.has("inputs") || given.has("instances"))) {
            request = whole;
        } else {
            request = Api.JSON.createObjectNode();
            request.set(given.isArray() ? "instances" : "inputs", given);
        }
        if (key != null) {
            request.put("key", key);
        }
        return request;
    }
}
