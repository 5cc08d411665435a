package io.millrace.registry.mlflow;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire where the clients do not look, or only look when something is wrong. */
@QuarkusTest
@QuarkusTestResource(value = PostgresTestResource.class, initArgs = @ResourceArg(name = "service", value = "registry"))
class MlflowRestIT {

    private static final String API = "/api/2.0/mlflow/";
    private static final String MISSING = "Missing value for required parameter";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "experiments/create | {} | 400 | INVALID_PARAMETER_VALUE | " + MISSING + " 'name'",
                "experiments/create | {\"name\": \"\"} | 400 | INVALID_PARAMETER_VALUE | " + MISSING + " 'name'",
                "experiments/create | {\"name\": 5} | 400 | INVALID_PARAMETER_VALUE | Invalid value 5 for parameter 'name' supplied",
                "experiments/create | [] | 400 | INVALID_PARAMETER_VALUE | must be a JSON object",
                "experiments/create | {\"name\" | 400 | INVALID_PARAMETER_VALUE | not JSON",
                "experiments/create | {\"name\": \"a\\u0000b\"} | 400 | INVALID_PARAMETER_VALUE | NUL",
                "experiments/search | {\"max_results\": 0} | 400 | INVALID_PARAMETER_VALUE | max_results",
                "experiments/search | {\"max_results\": 50001} | 400 | INVALID_PARAMETER_VALUE | max_results",
                "experiments/search | {\"page_token\": \"rubbish\"} | 400 | INVALID_PARAMETER_VALUE | page_token",
                "runs/create | {\"experiment_id\": \"987654321\"} | 404 | RESOURCE_DOES_NOT_EXIST | 987654321",
                "runs/create | {\"experiment_id\": \"x\"} | 404 | RESOURCE_DOES_NOT_EXIST | x",
                "runs/create | {\"start_time\": \"soon\"} | 400 | INVALID_PARAMETER_VALUE | start_time",
                "runs/create | {\"start_time\": 1.5} | 400 | INVALID_PARAMETER_VALUE | start_time",
                "runs/update | {\"run_id\": \"0\", \"status\": \"DONE\"} | 400 | INVALID_PARAMETER_VALUE | status",
                "runs/search | {\"filter\": \"metrics.a > \"} | 400 | INVALID_PARAMETER_VALUE | filter",
                "runs/search | {\"order_by\": [\"params.a\", \"params.a\"]} | 400 | INVALID_PARAMETER_VALUE | order_by",
                "runs/log-metric | {\"run_id\": \"0\", \"key\": \"a\", \"timestamp\": 1} | 400 | INVALID_PARAMETER_VALUE | 'value'",
                "runs/log-metric | {\"run_id\": \"0\", \"key\": \"a\", \"value\": true, \"timestamp\": 1} | 400 | INVALID_PARAMETER_VALUE | value",
                "runs/log-batch | {\"run_id\": \"0\", \"metrics\": [{\"key\": \"a\", \"value\": 1}]} | 400 | INVALID_PARAMETER_VALUE | metrics[0].timestamp",
                "runs/get-nothing | {} | 404 | ENDPOINT_NOT_FOUND | runs/get-nothing",
                "traces/search | {} | 501 | NOT_IMPLEMENTED | not supported",
                "registered-models/create | {} | 400 | INVALID_PARAMETER_VALUE | 'name'",
                "model-versions/create | {\"name\": \"no\", \"source\": \"s3://b/k\"} | 404 | RESOURCE_DOES_NOT_EXIST | no",
                "logged-models/search | {} | 400 | INVALID_PARAMETER_VALUE | experiment_ids",
            })
    void namesWhatIsWrongInMlflowsDialect(String path, String body, int status, String code, String text) {
        post(path, body)
                .statusCode(status)
                .contentType("application/json")
                .body("error_code", equalTo(code))
                .body("message", containsString(text));
    }

    @Test
    void asksForJsonWhereMlflowDoes() {
        as(TestTokens.ENGINEER)
                .contentType("text/plain")
                .body("{\"name\": \"typed\"}")
                .post(API + "experiments/create")
                .then()
                .statusCode(400)
                .body("message", containsString("Content-Type should be 'application/json'"));
        as(TestTokens.ENGINEER)
                .contentType("application/json; charset=utf-8")
                .body("{\"name\": \"" + unique() + "\"}")
                .post(API + "experiments/create")
                .then()
                .statusCode(200);
    }

    @Test
    void refusesWhoMayNotWriteAndWhoIsUnknown() {
        as(TestTokens.VIEWER)
                .contentType(ContentType.JSON)
                .body("{\"name\": \"x\"}")
                .post(API + "experiments/create")
                .then()
                .statusCode(403)
                .body("error_code", equalTo("PERMISSION_DENIED"));
        as("mlr_wrong")
                .get(API + "experiments/get?experiment_id=0")
                .then()
                .statusCode(401)
                .body("error_code", equalTo("UNAUTHENTICATED"));
        given().get("/get-artifact?run_id=1&path=a")
                .then()
                .statusCode(401)
                .body("error_code", equalTo("UNAUTHENTICATED"));
    }

    @Test
    void readsNumbersAsClientsWriteThem() {
        String run = run();
        log(run, """
                "metrics": [{"key": "a", "value": "NaN", "timestamp": "1700000000000", "step": "-9223372036854775808"},
                            {"key": "b", "value": "-Infinity", "timestamp": 0, "step": 9223372036854775807},
                            {"key": "c", "value": "1e-3", "timestamp": 1},
                            {"key": "d", "value": 1.7976931348623157e308, "timestamp": 1, "unknown": {"x": []}}]
                """);

        String body = as(TestTokens.VIEWER)
                .get(API + "runs/get?run_id=" + run)
                .then()
                .statusCode(200)
                .body("run.info.run_uuid", equalTo(run))
                .body("run.data", not(hasKey("params")))
                .extract()
                .asString()
                .replaceAll("\\s", "");
        assertThat(body)
                .contains("{\"key\":\"a\",\"value\":\"NaN\",\"timestamp\":1700000000000,\"step\":-9223372036854775808}")
                .contains("{\"key\":\"b\",\"value\":\"-Infinity\",\"timestamp\":0,\"step\":9223372036854775807}")
                .contains("\"key\":\"c\",\"value\":0.001")
                .contains("\"key\":\"d\",\"value\":1.7976931348623157E308");
    }

    @Test
    void readsABodyThatIsJsonInsideOfAText() {
        String name = unique();
        post("experiments/create", "\"{\\\"name\\\": \\\"" + name + "\\\"}\"").statusCode(200);
        as(TestTokens.VIEWER)
                .get(API + "experiments/get-by-name?experiment_name=" + name)
                .then()
                .statusCode(200);
    }

    @Test
    void takesNumbersForIdsAndPlusForASpace() {
        String name = unique() + " x";
        String id = post("experiments/create", "{\"name\": \"" + name + "\"}")
                .extract()
                .path("experiment_id");
        post("runs/create", "{\"experiment_id\": " + id + "}")
                .statusCode(200)
                .body("run.info.experiment_id", equalTo(id));
        post("runs/search", "{\"experiment_ids\": [" + id + "]}").body("runs.size()", equalTo(1));
        given().urlEncodingEnabled(false)
                .header("Authorization", "Bearer " + TestTokens.VIEWER)
                .get(API + "experiments/get-by-name?experiment_name=" + name.replace(' ', '+'))
                .then()
                .statusCode(200)
                .body("experiment.experiment_id", equalTo(id));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ajax-api/2.0/mlflow/experiments/get?experiment_id=0",
                "/api/2.0/preview/mlflow/experiments/get?experiment_id=0",
                "/ajax-api/2.0/preview/mlflow/experiments/get?experiment_id=0"
            })
    void answersUnderEachPrefix(String path) {
        as(TestTokens.VIEWER).get(path).then().statusCode(200).body("experiment.name", equalTo("Default"));
    }

    @Test
    void mergesADoubledSlash() {
        assertThat(MlflowPaths.home("//model-versions/get-artifact")).isEqualTo("/model-versions/get-artifact");
    }

    @Test
    void answersProbes() {
        given().get("/health").then().statusCode(200).body(equalTo("OK"));
        given().get("/version").then().statusCode(200).body(startsWith("3."));
        as(TestTokens.VIEWER)
                .get("/api/3.0/mlflow/server-info")
                .then()
                .statusCode(200)
                .body("workspaces_enabled", equalTo(false));
    }

    @Test
    void keepsTheLimitsOfABatchAndAllOrNothing() {
        String run = run();
        String metric = "{\"key\": \"m\", \"value\": 1, \"timestamp\": 1}";
        String many = IntStream.range(0, 1001).mapToObj(i -> metric).collect(Collectors.joining(", "));
        logRefused(run, "\"metrics\": [" + many + "]", "1000");
        String params = pairs("p", 101);
        logRefused(run, "\"params\": [" + params + "]", "100");
        logRefused(run, "\"tags\": [" + pairs("t", 101) + "]", "100");
        logRefused(
                run,
                "\"metrics\": [" + IntStream.range(0, 950).mapToObj(i -> metric).collect(Collectors.joining(", "))
                        + "], \"params\": [" + pairs("p", 51) + "]",
                "1000");
        logRefused(
                run,
                "\"params\": [{\"key\": \"a\", \"value\": \"1\"}, {\"key\": \"a\", \"value\": \"1\"}]",
                "Duplicate");
        logRefused(
                run,
                "\"metrics\": [" + metric + "], \"tags\": [{\"key\": \"../x\", \"value\": \"1\"}]",
                "names may hold");
        logRefused(run, "\"metrics\": [{\"key\": \"m\", \"value\": 1, \"timestamp\": -1}]", "timestamp");

        as(TestTokens.VIEWER).get(API + "runs/get?run_id=" + run).then().body("run.data", not(hasKey("metrics")));
        log(run, "\"params\": [{\"key\": \"long\", \"value\": \"" + "é".repeat(7000) + "\"}]");
        as(TestTokens.VIEWER)
                .get(API + "runs/get?run_id=" + run)
                .then()
                .body("run.data.params[0].value.length()", equalTo(6000));
    }

    @Test
    void pagesHistoriesInTheOrderOfLoggingOnceEach() {
        String run = run();
        for (int batch = 0; batch < 3; batch++) {
            int from = batch * 400;
            log(
                    run,
                    "\"metrics\": ["
                            + IntStream.range(from, from + 400)
                                    .mapToObj(i -> "{\"key\": \"m\", \"value\": " + i + ", \"timestamp\": " + (5000 - i)
                                            + ", \"step\": " + i + "}")
                                    .collect(Collectors.joining(", "))
                            + "]");
        }
        List<Integer> steps = new ArrayList<>();
        String token = "";
        do {
            var page = as(TestTokens.VIEWER)
                    .queryParam("page_token", token)
                    .get(API + "metrics/get-history?run_id=" + run + "&metric_key=m&max_results=500")
                    .then()
                    .statusCode(200)
                    .extract();
            steps.addAll(page.<List<Integer>>path("metrics.step"));
            String next = page.path("next_page_token");
            token = next == null ? "" : next;
        } while (!token.isEmpty());
        assertThat(steps).isEqualTo(IntStream.range(0, 1200).boxed().toList());

        List<Integer> sampled = as(TestTokens.VIEWER)
                .get(API + "metrics/get-history-bulk-interval?run_ids=" + run + "&metric_key=m&max_results=10")
                .then()
                .statusCode(200)
                .extract()
                .path("metrics.step");
        assertThat(sampled).hasSizeBetween(10, 12).contains(0, 1199);
        as(TestTokens.VIEWER)
                .get(API + "metrics/get-history-bulk-interval?run_ids=" + run + "&metric_key=m&start_step=5")
                .then()
                .statusCode(400);
    }

    @Test
    void servesAFileWholeOrInPartAndListsItsFolder() {
        String run = run();
        String uri = as(TestTokens.VIEWER)
                .get(API + "runs/get?run_id=" + run)
                .then()
                .extract()
                .path("run.info.artifact_uri");
        String root = uri.substring("mlflow-artifacts:/".length());
        String proxy = "/api/2.0/mlflow-artifacts/artifacts/" + root + "/";
        as(TestTokens.ENGINEER)
                .contentType("text/html")
                .body("0123456789".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .put(proxy + "dir/a.bin")
                .then()
                .statusCode(200)
                .body(equalTo("{}"));

        as(TestTokens.VIEWER)
                .get(proxy + "dir/a.bin")
                .then()
                .statusCode(200)
                .header("Content-Type", startsWith("application/octet-stream"))
                .header("Content-Disposition", startsWith("attachment"))
                .header("X-Content-Type-Options", equalTo("nosniff"))
                .body(equalTo("0123456789"));
        range(proxy, "bytes=2-4")
                .statusCode(206)
                .header("Content-Range", "bytes 2-4/10")
                .body(equalTo("234"));
        range(proxy, "bytes=-3").statusCode(206).body(equalTo("789"));
        range(proxy, "bytes=8-").statusCode(206).body(equalTo("89"));
        range(proxy, "bytes=10-").statusCode(416).header("Content-Range", "bytes */10");
        range(proxy, "bytes=5-2").statusCode(416);
        range(proxy, "lines=1-2").statusCode(200);
        as(TestTokens.VIEWER)
                .get(API + "artifacts/list?run_id=" + run)
                .then()
                .body("files[0].path", equalTo("dir"))
                .body("files[0].is_dir", equalTo(true))
                .body("files[0]", not(hasKey("file_size")));
        as(TestTokens.VIEWER)
                .queryParam("path", root + "/dir")
                .get("/api/2.0/mlflow-artifacts/artifacts")
                .then()
                .body("files[0].path", equalTo("a.bin"))
                .body("files[0].file_size", equalTo(10));
        as(TestTokens.VIEWER)
                .get("/get-artifact?run_uuid=" + run + "&path=dir/a.bin")
                .then()
                .statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..%2fx",
                "%2e%2e/x",
                "a/%2e%2e/%2e%2e/x",
                "%252e%252e/x",
                "a%5c..%5cx",
                "C:%5cx",
                "a%00b",
                "%2fetc%2fpasswd",
                "a%0ab"
            })
    void refusesPathsThatLookLikeTricks(String path) {
        String run = run();
        int status = given().urlEncodingEnabled(false)
                .header("Authorization", "Bearer " + TestTokens.ENGINEER)
                .body(new byte[] {1})
                .put("/api/2.0/mlflow-artifacts/artifacts/0/" + run + "/artifacts/" + path)
                .statusCode();
        assertThat(status).as(path).isBetween(400, 404);
        as(TestTokens.VIEWER).get(API + "artifacts/list?run_id=" + run).then().body("$", not(hasKey("files")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "file:///etc/passwd",
                "FILE:/etc/passwd",
                "s3://bucket/../../x",
                "s3://b/%252e%252e/x",
                "C:\\\\models",
                "runs:/0123456789abcdef0123456789abcdef/../x",
                "relative/path"
            })
    void refusesSourcesThatLeadAstray(String source) {
        String name = unique();
        post("registered-models/create", "{\"name\": \"" + name + "\"}").statusCode(200);
        post("model-versions/create", "{\"name\": \"" + name + "\", \"source\": \"" + source + "\"}")
                .statusCode(400)
                .body("error_code", equalTo("INVALID_PARAMETER_VALUE"))
                .body("message", containsString("source"));
        as(TestTokens.VIEWER)
                .queryParam("filter", "name='" + name + "'")
                .get(API + "model-versions/search")
                .then()
                .statusCode(200)
                .body("$", not(hasKey("model_versions")));
    }

    @Test
    void keepsAliasesAndStagesToTheirRules() {
        String name = unique();
        post("registered-models/create", "{\"name\": \"" + name + "\"}").statusCode(200);
        post("registered-models/create", "{\"name\": \"" + name + "\"}")
                .statusCode(400)
                .body("error_code", equalTo("RESOURCE_ALREADY_EXISTS"))
                .body("message", containsString(name));
        post("model-versions/create", "{\"name\": \"" + name + "\", \"source\": \"s3://b/k\"}")
                .statusCode(200)
                .body("model_version.version", equalTo("1"))
                .body("model_version.status", equalTo("READY"));
        for (String alias : List.of("latest", "LATEST", "v7", "a b", "ä", "x".repeat(256))) {
            post(
                            "registered-models/alias",
                            "{\"name\": \"" + name + "\", \"alias\": \"" + alias + "\", \"version\": \"1\"}")
                    .statusCode(400)
                    .body("error_code", equalTo("INVALID_PARAMETER_VALUE"));
        }
        post("registered-models/alias", "{\"name\": \"" + name + "\", \"alias\": \"best\", \"version\": \"2\"}")
                .statusCode(404);
        post("registered-models/alias", "{\"name\": \"" + name + "\", \"alias\": \"best\", \"version\": 1}")
                .statusCode(200);
        as(TestTokens.VIEWER)
                .get(API + "registered-models/alias?name=" + name + "&alias=nope")
                .then()
                .statusCode(400)
                .body("message", equalTo("Registered model alias nope not found."));
        as(TestTokens.ENGINEER)
                .body("{\"name\": \"" + name + "\", \"alias\": \"nope\"}")
                .delete(API + "registered-models/alias")
                .then()
                .statusCode(200)
                .body(equalTo("{}"));
        post(
                        "model-versions/transition-stage",
                        "{\"name\": \"" + name
                                + "\", \"version\": \"1\", \"stage\": \"none\", \"archive_existing_versions\": true}")
                .statusCode(400);
        as(TestTokens.VIEWER)
                .get(API + "model-versions/get?name=" + name + "&version=one")
                .then()
                .statusCode(400);
        as(TestTokens.ENGINEER)
                .body("{\"name\": \"" + name + "\", \"version\": \"1\"}")
                .delete(API + "model-versions/delete")
                .then()
                .statusCode(200);
        post("model-versions/create", "{\"name\": \"" + name + "\", \"source\": \"s3://b/k\"}")
                .body("model_version.version", equalTo("2"));
    }

    private static RequestSpecification as(String token) {
        return given().header("Authorization", "Bearer " + token);
    }

    private static ValidatableResponse post(String path, String body) {
        return as(TestTokens.ENGINEER)
                .contentType(ContentType.JSON)
                .body(body)
                .post(API + path)
                .then();
    }

    private static void log(String run, String fields) {
        post("runs/log-batch", "{\"run_id\": \"" + run + "\", " + fields + "}").statusCode(200);
    }

    private static void logRefused(String run, String fields, String text) {
        post("runs/log-batch", "{\"run_id\": \"" + run + "\", " + fields + "}")
                .statusCode(400)
                .body("error_code", equalTo("INVALID_PARAMETER_VALUE"))
                .body("message", containsString(text));
    }

    private static ValidatableResponse range(String proxy, String range) {
        return as(TestTokens.VIEWER)
                .header("Range", range)
                .get(proxy + "dir/a.bin")
                .then();
    }

    private static String pairs(String key, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"key\": \"" + key + i + "\", \"value\": \"" + i + "\"}")
                .collect(Collectors.joining(", "));
    }

    private static String run() {
        return post("runs/create", "{}").statusCode(200).extract().path("run.info.run_id");
    }

    private static String unique() {
        return "rest-" + UUID.randomUUID();
    }
}
