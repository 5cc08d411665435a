package io.millrace.registry;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import io.millrace.common.testing.PostgresForTests;
import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = PostgresTestResource.class, initArgs = @ResourceArg(name = "service", value = "registry"))
class RegistryIT {

    /** SHA-256 of "abc", from FIPS 180-4's example. */
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    PostgresForTests postgres;

    @Test
    void logsMetricsOnceHoweverOftenTheBatchIsSent() {
        String run = run("retried");
        String batch = """
                {"metrics": [{"key": "auc", "value": 0.5, "step": 0, "timestampMs": 1},
                             {"key": "auc", "value": 0.9, "step": 2, "timestampMs": 2},
                             {"key": "auc", "value": 0.7, "step": 1, "timestampMs": 3},
                             {"key": "loss", "value": "NaN", "step": 0, "timestampMs": 1}],
                 "params": {"größe": "12"}, "tags": {"team": "風"}}
                """;

        for (int i = 0; i < 3; i++) {
            as(TestTokens.ENGINEER)
                    .body(batch)
                    .post("/api/v1/runs/" + run + "/log")
                    .then()
                    .statusCode(204);
        }

        as(TestTokens.VIEWER)
                .get("/api/v1/runs/" + run)
                .then()
                .statusCode(200)
                .body("metrics.find { it.key == 'auc' }.value", equalTo(0.9f))
                .body("metrics.find { it.key == 'loss' }.value", equalTo("NaN"))
                .body("params.größe", equalTo("12"))
                .body("tags.team", equalTo("風"));
        assertThat(postgres.single("select count(*) from registry.metric where run_id = '" + run + "'"))
                .isEqualTo("4");
    }

    @Test
    void refusesToChangeAParameterAndLogsNothingOfThatBatch() {
        String run = run("params");
        as(TestTokens.ENGINEER).body(Map.of("params", Map.of("depth", "6"))).post("/api/v1/runs/" + run + "/log");

        as(TestTokens.ENGINEER)
                .body(Map.of(
                        "params", Map.of("depth", "7"),
                        "metrics", List.of(Map.of("key", "auc", "value", 1, "step", 0, "timestampMs", 0))))
                .post("/api/v1/runs/" + run + "/log")
                .then()
                .statusCode(400)
                .body("detail", containsString("Changing param values is not allowed"));

        assertThat(postgres.single("select count(*) from registry.metric where run_id = '" + run + "'"))
                .isEqualTo("0");
    }

    @Test
    void keepsArtifactsByContentAndChecksTheDigest() {
        String run = run("artifacts");
        upload(run, "model/a.txt", "abc", ABC)
                .then()
                .statusCode(200)
                .body("sha256", equalTo(ABC))
                .body("sizeBytes", equalTo(3));
        upload(run, "model/deep/b.txt", "abc", null).then().statusCode(200).body("sha256", equalTo(ABC));

        upload(run, "model/c.txt", "abd", ABC).then().statusCode(422).body("detail", containsString(ABC));

        assertThat(as(TestTokens.VIEWER)
                        .get("/api/v1/runs/" + run + "/artifacts/model/deep/b.txt")
                        .then()
                        .statusCode(200)
                        .header("X-Content-Sha256", ABC)
                        .extract()
                        .asString())
                .isEqualTo("abc");
        as(TestTokens.VIEWER)
                .get("/api/v1/runs/" + run + "/artifacts?path=model")
                .then()
                .body("items.path", equalTo(List.of("model/a.txt", "model/deep/b.txt")));
    }

    @Test
    void refusesPathsThatLookLikeTricks() {
        String run = run("hostile");
        for (String path : List.of("a/..%2f..%2fetc", "a%5cb", "a%00b", "%2e%2e/x")) {
            int status = given().urlEncodingEnabled(false)
                    .header("Authorization", "Bearer " + TestTokens.ENGINEER)
                    .body("x".getBytes(StandardCharsets.UTF_8))
                    .put("/api/v1/runs/" + run + "/artifacts/" + path)
                    .statusCode();
            assertThat(status).as(path).isBetween(400, 404);
        }
        assertThat(postgres.single("select count(*) from registry.artifact where run_id = '" + run + "'"))
                .isEqualTo("0");
    }

    @Test
    void numbersVersionsWithoutGapUnderConcurrentWriters() throws Exception {
        String run = run("concurrent");
        upload(run, "model/m.bin", "abc", null);
        Map<String, Object> body = Map.of("runId", run, "path", "model", "format", "test");

        List<Integer> versions = together(
                20,
                () -> as(TestTokens.ENGINEER)
                        .body(body)
                        .post("/api/v1/models/concurrent/versions")
                        .then()
                        .statusCode(201)
                        .extract()
                        .path("version"));

        assertThat(versions)
                .containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20);
    }

    @Test
    void registersOnceForAnIdempotencyKey() throws Exception {
        String run = run("idempotent");
        upload(run, "model/m.bin", "abc", null);
        Map<String, Object> body = Map.of("runId", run, "path", "model");

        List<Integer> versions = together(
                8,
                () -> as(TestTokens.ENGINEER)
                        .header("Idempotency-Key", "run:1/register")
                        .body(body)
                        .post("/api/v1/models/idempotent/versions")
                        .then()
                        .statusCode(201)
                        .extract()
                        .path("version"));

        assertThat(versions).containsOnly(1);
        as(TestTokens.ENGINEER)
                .header("Idempotency-Key", "run:1/register")
                .body(Map.of("runId", run, "path", "model", "description", "another"))
                .post("/api/v1/models/idempotent/versions")
                .then()
                .statusCode(422);
    }

    @Test
    void keepsEveryMoveOfAnAliasWithItsCauseAndTellsIt() throws Exception {
        String run = run("aliases");
        upload(run, "model/m.bin", "abc", null);
        for (int i = 0; i < 2; i++) {
            as(TestTokens.ENGINEER).body(Map.of("runId", run, "path", "model")).post("/api/v1/models/aliased/versions");
        }

        together(
                10,
                () -> as(TestTokens.ENGINEER)
                        .body(Map.of("version", 1, "reason", "r", "causedBy", "run:x"))
                        .put("/api/v1/models/aliased/aliases/champion")
                        .then()
                        .statusCode(200)
                        .extract()
                        .<Integer>path("version"));

        as(TestTokens.VIEWER)
                .get("/api/v1/models/aliased/aliases/champion/history")
                .then()
                .body("items.revision", equalTo(List.of(10, 9, 8, 7, 6, 5, 4, 3, 2, 1)))
                .body("items.causedBy", hasItems("run:x"));
        assertThat(
                        postgres.single(
                                "select count(*) from registry.event where type = 'registry.alias.changed' and subject = 'aliased'"))
                .isEqualTo("10");
        as(TestTokens.ENGINEER)
                .body("{\"version\": 2, \"expectedVersion\": 2}")
                .put("/api/v1/models/aliased/aliases/champion")
                .then()
                .statusCode(409)
                .body("type", equalTo("/problems/stale-version"));
    }

    @Test
    void namesTheFieldOfABadRequestAndAsksForAToken() {
        as(TestTokens.ENGINEER)
                .body("{\"runId\": \"0\", \"path\": \"../x\"}")
                .post("/api/v1/models/m/versions")
                .then()
                .statusCode(404);
        as(TestTokens.ENGINEER)
                .body("{\"nam\": \"x\"}")
                .post("/api/v1/models")
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo("/nam"));
        as(TestTokens.VIEWER)
                .body("{\"name\": \"x\"}")
                .post("/api/v1/models")
                .then()
                .statusCode(403);
        given().get("/api/v1/models").then().statusCode(401);
        as("mlr_wrong").get("/api/v1/models").then().statusCode(401);
        as(TestTokens.ADMIN)
                .body("{\"name\": \"t\", \"roles\": [\"king\"]}")
                .post("/api/v1/tokens")
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo("/roles"));
    }

    private static RequestSpecification as(String token) {
        return given().header("Authorization", "Bearer " + token).contentType(ContentType.JSON);
    }

    private static String run(String name) {
        return as(TestTokens.ENGINEER)
                .body(Map.of("experimentName", "tests", "name", name))
                .post("/api/v1/runs")
                .then()
                .statusCode(201)
                .extract()
                .path("runId");
    }

    private static io.restassured.response.Response upload(String run, String path, String content, String sha256) {
        RequestSpecification request = given().header("Authorization", "Bearer " + TestTokens.ENGINEER)
                .contentType("application/octet-stream")
                .body(content.getBytes(StandardCharsets.UTF_8));
        if (sha256 != null) {
            request.header("X-Content-Sha256", sha256);
        }
        return request.put("/api/v1/runs/" + run + "/artifacts/" + path);
    }

    private static <T> List<T> together(int count, Callable<T> call) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                futures.add(threads.submit(call));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
