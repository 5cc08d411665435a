package io.millrace.registry.mlflow;

import static io.millrace.registry.RegistryCalls.as;
import static io.millrace.registry.RegistryCalls.unique;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What MLflow's pages ask for, and the orders and filters that they rely on. */
@QuarkusTest
@QuarkusTestResource(value = PostgresTestResource.class, initArgs = @ResourceArg(name = "service", value = "registry"))
class MlflowPagesIT {

    private static final String API = "/api/2.0/mlflow/";
    private static final String PROXY = "/api/2.0/mlflow-artifacts/artifacts";
    private static final String PAGES = "/ajax-api/2.0/mlflow/";

    @Test
    void takesASmallFileOfARun() {
        String run = run();
        upload(TestTokens.VIEWER, run, "notes/a b.txt", "no").statusCode(403);
        upload(TestTokens.ENGINEER, run, "notes/a b.txt", "seen").statusCode(200);

        as(TestTokens.VIEWER)
                .queryParam("run_uuid", run)
                .queryParam("path", "notes/a b.txt")
                .get("/get-artifact")
                .then()
                .statusCode(200)
                .body(equalTo("seen"));
        get(API + "artifacts/list?path=.&run_id=" + run).body("files.path", equalTo(List.of("notes")));
        get(API + "artifacts/list?path=./notes/&run_id=" + run).body("files.path", equalTo(List.of("notes/a b.txt")));
        upload(TestTokens.ENGINEER, "0".repeat(32), "a", "x").statusCode(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | Request must specify run_uuid.",
                "?run_uuid=RUN | Request must specify path.",
                "?run_uuid=RUN&path= | Request must specify path.",
                "?run_uuid=RUN&path=../a | Invalid path",
                "?run_uuid=RUN&path=a | Request must specify data.",
            })
    void saysWhatAnUploadLacks(String query, String message) {
        given().header("Authorization", "Bearer " + TestTokens.ENGINEER)
                .post(PAGES + "upload-artifact" + query.replace("RUN", run()))
                .then()
                .statusCode(400)
                .body("error_code", equalTo("INVALID_PARAMETER_VALUE"))
                .body("message", equalTo(message));
    }

    @Test
    void givesAFileOfALoggedModel() {
        String model = loggedModel(experiment());
        String uri = get(API + "logged-models/" + model).extract().path("model.info.artifact_uri");
        String root = uri.replaceFirst("^mlflow-artifacts:/", "");
        given().header("Authorization", "Bearer " + TestTokens.ENGINEER)
                .contentType("application/octet-stream")
                .body("flavors: {}".getBytes(StandardCharsets.UTF_8))
                .put(PROXY + "/" + root + "/MLmodel")
                .then()
                .statusCode(200);
        get(PROXY + "?path=" + root + "/.").body("files.path", equalTo(List.of("MLmodel")));

        String files = PAGES + "logged-models/" + model + "/artifacts/files?artifact_file_path=";
        get(files + "MLmodel").statusCode(200).body(equalTo("flavors: {}"));
        get(files + "conda.yaml").statusCode(404).body("error_code", equalTo("RESOURCE_DOES_NOT_EXIST"));
        get(files + "../MLmodel").statusCode(400).body("message", equalTo("Invalid path"));
        get(PAGES + "logged-models/m-0/artifacts/files?artifact_file_path=a").statusCode(404);
    }

    @Test
    void givesMetricsOfAHundredRunsInTheOrderOfTheRequest() {
        List<String> asked = new ArrayList<>(Collections.nCopies(98, "0".repeat(32)));
        List<String> runs = new ArrayList<>(List.of(run(), run()));
        runs.sort(Collections.reverseOrder());
        runs.forEach(run -> post(
                        "runs/log-metric",
                        "{\"run_id\": \"" + run + "\", \"key\": \"m\", \"value\": 1, \"timestamp\": 1}")
                .statusCode(200));
        asked.addAll(runs);

        get(PAGES + "metrics/get-history-bulk-interval?metric_key=m&"
                        + asked.stream().map(r -> "run_ids=" + r).collect(Collectors.joining("&")))
                .statusCode(200)
                .body("metrics.run_id", equalTo(runs));
    }

    @Test
    void keepsTheStepsAtWhichOneOfTheRunsEndsInAll() {
        List<String> runs = List.of(run(), run());
        for (int step = 0; step < 20; step++) {
            measure(runs.get(1), step, 1);
            if (step < 10) {
                measure(runs.get(0), step, 1);
            }
        }
        measure(runs.get(0), 0, 2);

        get(PAGES + "metrics/get-history-bulk-interval?metric_key=m&max_results=5&run_ids="
                        + String.join("&run_ids=", runs))
                .body("metrics.step", equalTo(List.of(0, 0, 4, 8, 9, 0, 4, 8, 9, 12, 16, 19)))
                .body("metrics.timestamp[1]", equalTo(2));
    }

    private static void measure(String run, int step, int timestamp) {
        post(
                        "runs/log-metric",
                        "{\"run_id\": \"" + run + "\", \"key\": \"m\", \"value\": 1, \"step\": " + step
                                + ", \"timestamp\": " + timestamp + "}")
                .statusCode(200);
    }

    @Test
    void givesTheTagsOfADataSetInOrder() {
        String run = run();
        post(
                        "runs/log-inputs",
                        "{\"run_id\": \"" + run
                                + "\", \"datasets\": [{\"dataset\": {\"name\": \"d\", \"digest\": \"1\","
                                + " \"source_type\": \"local\", \"source\": \"f\"}, \"tags\": [" + tag("c") + ", "
                                + tag("a")
                                + ", " + tag("d") + ", " + tag("b") + "]}]}")
                .statusCode(200);
        get(API + "runs/get?run_id=" + run)
                .body("run.inputs.dataset_inputs[0].tags.key", equalTo(List.of("a", "b", "c", "d")));
    }

    private static String tag(String key) {
        return "{\"key\": \"" + key + "\", \"value\": \"v\"}";
    }

    @Test
    void findsLoggedModelsByTheDataThatTheyWereMeasuredOn() {
        String experiment = experiment();
        String run = run();
        List<String> models = List.of(loggedModel(experiment), loggedModel(experiment), loggedModel(experiment));
        measure(run, models.get(0), "test", "d1");
        measure(run, models.get(1), "test", "d2");

        measuredOn(experiment, "\"dataset_name\": \"test\"", "").body("models", hasSize(2));
        measuredOn(experiment, "\"dataset_name\": \"test\", \"dataset_digest\": \"d2\"", "")
                .body("models.info.model_id", equalTo(List.of(models.get(1))));
        measuredOn(experiment, "\"dataset_name\": \"test\"", "params.a = '1'").body("$", not(hasKey("models")));
        measuredOn(experiment, "\"dataset_name\": \"test\", \"dataset_digest\": \"d1\"", "metrics.auc > 0")
                .body("models.info.model_id", equalTo(List.of(models.get(0))));
        measuredOn(experiment, "\"dataset_name\": \"other\"", "").body("$", not(hasKey("models")));
    }

    @Test
    void tellsInATagWhichVersionsWereMadeOfALoggedModel() {
        String model = loggedModel(experiment());
        String name = unique("a \"quoted\" name");
        String quoted = name.replace("\"", "\\\"");
        post("registered-models/create", "{\"name\": \"" + quoted + "\"}").statusCode(200);
        for (int i = 0; i < 2; i++) {
            post(
                            "model-versions/create",
                            "{\"name\": \"" + quoted + "\", \"source\": \"models:/" + model + "\", \"model_id\": \""
                                    + model + "\"}")
                    .statusCode(200);
        }
        String one = "{\"name\": \"" + quoted + "\", \"version\": 1}";

        get(API + "logged-models/" + model)
                .body(
                        "model.info.tags",
                        equalTo(List.of(Map.of(
                                "key",
                                "mlflow.modelVersions",
                                "value",
                                "[" + one + ", " + one.replace("1}", "2}") + "]"))));

        as(TestTokens.ENGINEER)
                .body(Map.of("name", name, "version", "2"))
                .delete(API + "model-versions/delete")
                .then()
                .statusCode(200);
        get(API + "logged-models/" + model).body("model.info.tags.value", equalTo(List.of("[" + one + "]")));
    }

    @Test
    void ordersVersionsOfTheSameNumberByName() {
        String prefix = unique("order");
        for (String name : List.of("b", "a", "c")) {
            post("registered-models/create", "{\"name\": \"" + prefix + name + "\"}")
                    .statusCode(200);
            post("model-versions/create", "{\"name\": \"" + prefix + name + "\", \"source\": \"s3://b/k\"}")
                    .statusCode(200);
        }
        String search = API + "model-versions/search?filter=name LIKE '" + prefix + "%25'";

        get(search + "&order_by=version_number DESC")
                .body("model_versions.name", equalTo(List.of(prefix + "a", prefix + "b", prefix + "c")));
        get(search).body("model_versions.name", equalTo(List.of(prefix + "c", prefix + "a", prefix + "b")));
    }

    private static ValidatableResponse measuredOn(String experiment, String dataset, String filter) {
        return post(
                        "logged-models/search",
                        "{\"experiment_ids\": [\"" + experiment + "\"], \"datasets\": [{" + dataset
                                + "}], \"filter\": \"" + filter + "\"}")
                .statusCode(200);
    }

    private static void measure(String run, String model, String dataset, String digest) {
        post(
                        "runs/log-metric",
                        "{\"run_id\": \"" + run
                                + "\", \"key\": \"auc\", \"value\": 0.9, \"timestamp\": 1, \"model_id\": \"" + model
                                + "\", \"dataset_name\": \"" + dataset + "\", \"dataset_digest\": \"" + digest + "\"}")
                .statusCode(200);
    }

    private static ValidatableResponse upload(String token, String run, String path, String content) {
        return given().header("Authorization", "Bearer " + token)
                .contentType("application/octet-stream")
                .queryParam("run_uuid", run)
                .queryParam("path", path)
                .body(content.getBytes(StandardCharsets.UTF_8))
                .post(PAGES + "upload-artifact")
                .then();
    }

    private static String experiment() {
        return post("experiments/create", "{\"name\": \"" + unique("pages") + "\"}")
                .statusCode(200)
                .extract()
                .path("experiment_id");
    }

    private static String loggedModel(String experiment) {
        return post("logged-models", "{\"experiment_id\": \"" + experiment + "\"}")
                .statusCode(200)
                .extract()
                .path("model.info.model_id");
    }

    private static String run() {
        return post("runs/create", "{}").statusCode(200).extract().path("run.info.run_id");
    }

    private static ValidatableResponse get(String path) {
        return given().header("Authorization", "Bearer " + TestTokens.VIEWER)
                .urlEncodingEnabled(false)
                .get(path.replace(" ", "%20"))
                .then();
    }

    private static ValidatableResponse post(String path, String body) {
        return as(TestTokens.ENGINEER).body(body).post(API + path).then();
    }
}
