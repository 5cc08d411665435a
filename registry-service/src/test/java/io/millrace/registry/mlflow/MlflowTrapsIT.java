package io.millrace.registry.mlflow;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The requests of {@code mlflow/traps.json} in their order. Status, error code and form of the answer are those that MLflow's
 * own server 3.17.2 gave; where ours differ on purpose, both are noted with the reason.
 */
@QuarkusTest
@QuarkusTestResource(value = PostgresTestResource.class, initArgs = @ResourceArg(name = "service", value = "registry"))
class MlflowTrapsIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void answersAsMlflowsServerDoes() throws IOException {
        JsonNode requests = JSON.readTree(MlflowTrapsIT.class.getResource("/mlflow/traps.json"));
        Map<String, String> variables = new HashMap<>();
        variables.put("unique", UUID.randomUUID().toString());
        List<String> differences = new ArrayList<>();

        for (JsonNode request : requests) {
            Response answer = send(request, variables);
            JsonNode expected = request.has("ours") ? request.path("ours") : request;
            JsonNode body = read(answer);
            request.path("save")
                    .properties()
                    .forEach(
                            e -> variables.put(e.getKey(), at(body, e.getValue().asText())));
            String seen = outcome(answer.statusCode(), body.path("error_code").asText(), shape(body));
            String wanted = outcome(
                    expected.path("status").asInt(),
                    expected.path("errorCode").asText(),
                    texts(expected.path("shape")));
            if (!seen.equals(wanted)) {
                differences.add(request.path("name").asText() + ":\n  expected " + wanted + "\n  but was  " + seen);
            }
        }

        assertThat(requests.size()).isGreaterThan(100);
        assertThat(differences).isEmpty();
    }

    private static Response send(JsonNode request, Map<String, String> variables) {
        RequestSpecification call = given().header("Authorization", "Bearer " + TestTokens.ADMIN)
                .config(RestAssuredConfig.config()
                        .encoderConfig(EncoderConfig.encoderConfig()
                                .appendDefaultContentCharsetToContentTypeIfUndefined(false)))
                .urlEncodingEnabled(false);
        JsonNode body = request.path("body");
        if (!body.isMissingNode()) {
            call.contentType(request.path("contentType").asText("application/json"))
                    .body(fill(body.isTextual() ? body.asText() : text(request), variables));
        }
        return call.request(
                request.path("method").asText(),
                fill(request.path("path").asText(), variables).replace("'", "%27"));
    }

    /** The body, the first item of some lists as often as the request says. */
    private static String text(JsonNode request) {
        ObjectNode body = request.path("body").deepCopy();
        request.path("repeat").properties().forEach(e -> {
            JsonNode first = body.path(e.getKey()).get(0);
            ArrayNode items = body.putArray(e.getKey());
            IntStream.range(0, e.getValue().asInt()).forEach(i -> items.add(first));
        });
        return body.toString();
    }

    private static String fill(String text, Map<String, String> variables) {
        String filled = text;
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            filled = filled.replace("${" + variable.getKey() + "}", variable.getValue());
        }
        return filled;
    }

    private static JsonNode read(Response answer) throws IOException {
        byte[] body = answer.asByteArray();
        return body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
    }

    private static String at(JsonNode body, String path) {
        return body.at("/" + path.replace('.', '/')).asText();
    }

    private static String outcome(int status, String code, List<String> shape) {
        return status + " " + code + (status == 200 ? " " + shape : "");
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    /** The paths of all values with their types, sorted, each once. */
    private static List<String> shape(JsonNode body) {
        TreeSet<String> paths = new TreeSet<>();
        collect("", body, paths);
        return List.copyOf(paths);
    }

    private static void collect(String path, JsonNode node, TreeSet<String> paths) {
        if (node.isObject()) {
            node.properties()
                    .forEach(e -> collect(path.isEmpty() ? e.getKey() : path + "." + e.getKey(), e.getValue(), paths));
            if (node.isEmpty()) {
                paths.add(path + "{}");
            }
        } else if (node.isArray()) {
            node.forEach(item -> collect(path + "[]", item, paths));
            if (node.isEmpty()) {
                paths.add(path + "[]");
            }
        } else {
            paths.add(path + ":"
                    + (node.isNumber() ? "number" : node.isBoolean() ? "boolean" : node.isNull() ? "null" : "string"));
        }
    }
}
