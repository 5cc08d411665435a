package io.millrace.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.millrace.common.testing.TestTokens;
import io.millrace.serving.testing.Models;
import io.millrace.serving.testing.Serving;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
class PredictIT extends Serving {

    @Test
    void answersWithTheModelsOwnScoreAndLogsTheRow() throws Exception {
        serve("single", Models.FIRST);

        Response response = predict(
                "single",
                Map.of("inputs", Models.row(), "timestamp", "2013-05-01T10:00:00Z", "requestId", "r-1", "key", "k-1"));

        double score = Models.score(Models.FIRST, Models.row());
        response.then()
                .statusCode(200)
                .body("endpoint", equalTo("single"))
                .body("model", equalTo("single"))
                .body("version", equalTo(1))
                .body("arm", equalTo("champion"))
                .body("requestId", equalTo("r-1"))
                .body("predictions[0].predictionId", notNullValue());
        assertThat(response.<Double>path("predictions[0].score")).isEqualTo(score, within(1e-12));
        assertThat(response.jsonPath().getString("predictions[0].label")).isEqualTo(score >= 0.5 ? "yes" : "no");
        String id = response.path("predictions[0].predictionId");
        await(() -> logged("id = '" + id + "'") == 1);
        assertThat(postgres.single("""
                        select concat_ws('|', endpoint, arm, role, model, version, event_at at time zone 'UTC', request_id,
                                         route_key, inputs ->> 'country', inputs ->> 'amount', label)
                          from serving.prediction where id = '%s'""".formatted(id)))
                .isEqualTo("single|champion|primary|single|1|2013-05-01 10:00:00|r-1|k-1|US|42.5|"
                        + (score >= 0.5 ? "yes" : "no"));
        assertThat(Double.parseDouble(postgres.single("select score from serving.prediction where id = '" + id + "'")))
                .isEqualTo(score, within(1e-12));
    }

    @Test
    void answersABatchInItsOrder() throws Exception {
        serve("batch", Models.FIRST);
        List<Map<String, Object>> rows = IntStream.range(0, 1000)
                .mapToObj(i -> Models.row("amount", 1.0 + i))
                .toList();

        Response response = predict("batch", Map.of("instances", rows));

        response.then().statusCode(200).body("predictions.size()", equalTo(1000));
        double[] expected = Models.predict(Models.FIRST, rows).number("probability");
        List<Number> scores = response.path("predictions.score");
        for (int i = 0; i < 1000; i++) {
            assertThat(scores.get(i).doubleValue()).isEqualTo(expected[i], within(1e-12));
        }
        await(() -> logged("endpoint = 'batch'") == 1000);
    }

    @Test
    void givesProbabilitiesOfEachClassAndNumbersOfARegression() throws Exception {
        serve("three", Models.THREE);
        serve("number", Models.NUMBER);

        Response three = predict("three");
        Response number = predict("number");

        Map<String, Number> probabilities = three.path("predictions[0].probabilities");
        assertThat(probabilities.keySet()).containsExactly("low", "mid", "high");
        assertThat(probabilities.values().stream()
                        .mapToDouble(Number::doubleValue)
                        .sum())
                .isEqualTo(1, within(1e-6));
        assertThat(number.<Double>path("predictions[0].score"))
                .isEqualTo(Models.score(Models.NUMBER, Models.row()), within(1e-9));
    }

    @Test
    void servesOnnx() throws Exception {
        registry.add("as-onnx", 1, Models.onnxFolder(Models.FIRST));
        rows().version("as-onnx", 1);
        rows().alias("as-onnx", "champion", 1);
        serve("as-onnx", Map.of("arms", List.of(arm("only", 100, "as-onnx", "champion"))));

        assertThat(predict("as-onnx").jsonPath().getDouble("predictions[0].score"))
                .isEqualTo(Models.score(Models.FIRST, Models.row()), within(1e-5));
    }

    @Test
    void decidesByTheThreshold() throws Exception {
        register("decide", 1, Models.FIRST);
        rows().alias("decide", "champion", 1);
        double score = Models.score(Models.FIRST, Models.row());
        Map<String, Object> arms = Map.of("arms", List.of(arm("a", 100, "decide", "champion")));
        for (boolean above : new boolean[] {true, false}) {
            Map<String, Object> body = new HashMap<>(arms);
            double threshold = above ? score - 1e-6 : Math.min(1, score + 1e-6);
            body.put("decision", Map.of("threshold", threshold, "positive", "BLOCK", "negative", "PASS"));
            serve("decide", body);
            await(() -> (above ? "BLOCK" : "PASS").equals(predict("decide").path("predictions[0].decision")));
        }
    }

    @Test
    void namesFieldRowAndExpectationOfWhatDoesNotFit() throws Exception {
        serve("bad-input", Models.FIRST);

        refused(Models.row("amount", "much"), "/inputs/amount", "expected a number, got text \"much\"");
        refused(Models.row("amount", "12.5"), "/inputs/amount", "expected a number, got text \"12.5\"");
        refused(Models.row("visits", 1.5), "/inputs/visits", "expected a whole number of 64 bits, got 1.5");
        refused(Models.row("member", "maybe"), "/inputs/member", "expected true or false");
        refused(Models.row("channel", "fax"), "/inputs/channel", "unknown category \"fax\"");
        refused(Models.row("country", 49), "/inputs/country", "expected text, got 49");
        refused(Models.row("at", "yesterday"), "/inputs/at", "expected an ISO-8601 time");
        refused(Models.row("amont", 1), "/inputs/amont", "did you mean 'amount'?");
        Map<String, Object> missing = Models.row();
        missing.remove("amount");
        refused(missing, "/inputs/amount", "missing value, expected a number");
        Response batch =
                predict("bad-input", Map.of("instances", List.of(Models.row(), Models.row("amount", List.of(1)))));
        batch.then().statusCode(400).body("errors[0].pointer", equalTo("/instances/1/amount"));
    }

    private static void refused(Map<String, Object> row, String pointer, String message) {
        Response response = predict("bad-input", Map.of("inputs", row));
        response.then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("errors[0].pointer", equalTo(pointer));
        assertThat(response.<String>path("errors[0].message")).contains(message);
        assertThat(response.<String>path("detail")).contains(pointer.substring("/inputs/".length()));
    }

    @Test
    void refusesNumbersThatAreNone() throws Exception {
        serve("not-finite", Models.FIRST);
        String body = """
                {"inputs": {"amount": %s, "visits": 1, "member": true, "channel": "web", "at": 0}}""";

        for (String number : List.of("NaN", "Infinity", "-Infinity", "1e999")) {
            Response response =
                    as(TestTokens.PREDICTOR).body(body.formatted(number)).post("/api/v1/endpoints/not-finite/predict");
            response.then().statusCode(400).body("errors[0].pointer", equalTo("/inputs/amount"));
            assertThat(response.<String>path("errors[0].message")).contains("must be a finite number");
        }
        as(TestTokens.PREDICTOR)
                .body(body.formatted("1e30"))
                .post("/api/v1/endpoints/not-finite/predict")
                .then()
                .statusCode(200);
        as(TestTokens.PREDICTOR)
                .body(body.formatted("12").replace("\"visits\": 1", "\"visits\": 123456789012345678901234567890"))
                .post("/api/v1/endpoints/not-finite/predict")
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo("/inputs/visits"));
    }

    @Test
    void treatsNullAndAbsenceOfAnOptionalColumnAlike() throws Exception {
        serve("optional", Models.FIRST);
        Map<String, Object> absent = Models.row();
        absent.remove("age");

        assertThat(predict("optional", Map.of("inputs", Models.row("age", null)))
                        .<Number>path("predictions[0].score"))
                .isEqualTo(predict("optional", Map.of("inputs", absent)).<Number>path("predictions[0].score"));
    }

    @Test
    void refusesBodiesItCannotRead() throws Exception {
        serve("bodies", Models.FIRST);

        bad("", "empty");
        bad("{\"inputs\": {", "line 1");
        bad("[1, 2]", "must be a JSON object");
        bad("{}", "either inputs");
        bad("{\"inputs\": {}, \"instances\": []}", "either inputs");
        bad("{\"instances\": []}", "not empty");
        bad("{\"instances\": [1]}", "must be an object");
        bad("{\"input\": {}}", "did you mean inputs?");
        bad("{\"inputs\": {\"amount\": 1, \"amount\": 2}}", "Duplicate field");
        bad("{\"inputs\": {}, \"timestamp\": \"soon\"}", "timestamp must be an instant");
        bad("{\"inputs\": {}, \"timestamp\": \"2999-01-01T00:00:00Z\"}", "in the future");
        bad("{\"inputs\": {}, \"key\": [1]}", "key must be");
        predict("bodies", Map.of("instances", Collections.nCopies(1001, Models.row())))
                .then()
                .statusCode(400)
                .body("detail", equalTo("a request has 1 to 1000 rows, got 1001"));
        as(TestTokens.PREDICTOR)
                .body("{\"key\": \"" + "x".repeat(11_000_000) + "\"}")
                .post("/api/v1/endpoints/bodies/predict")
                .then()
                .statusCode(413);
    }

    private static void bad(String body, String message) {
        Response response = as(TestTokens.PREDICTOR).body(body).post("/api/v1/endpoints/bodies/predict");
        response.then().statusCode(400);
        assertThat(response.<String>path("detail")).contains(message);
    }

    @Test
    void answers404ForAnUnknownEndpoint() {
        predict("nowhere").then().statusCode(404).body("detail", equalTo("No such endpoint: nowhere"));
    }

    @Test
    void letsOnlyPredictorsPredict() throws Exception {
        serve("roles", Models.FIRST);
        String path = "/api/v1/endpoints/roles/predict";
        Map<String, Object> body = Map.of("inputs", Models.row());

        as(TestTokens.PREDICTOR).body(body).post(path).then().statusCode(200);
        as(TestTokens.ENGINEER).body(body).post(path).then().statusCode(200);
        as(TestTokens.ADMIN).body(body).post(path).then().statusCode(200);
        as(TestTokens.VIEWER).body(body).post(path).then().statusCode(403);
        as("mlr_wrong").body(body).post(path).then().statusCode(401);
        io.restassured.RestAssured.given()
                .contentType("application/json")
                .body("{}")
                .post(path)
                .then()
                .statusCode(401);
        as(TestTokens.PREDICTOR)
                .body(Map.of())
                .put("/api/v1/endpoints/roles")
                .then()
                .statusCode(403);
    }

    @Test
    void countsByEndpointArmAndVersion() throws Exception {
        serve("metrics", Models.FIRST);
        predict("metrics").then().statusCode(200);
        predict("metrics", Map.of("inputs", Map.of())).then().statusCode(400);

        String metrics = as(TestTokens.VIEWER)
                .accept("text/plain")
                .get("/q/metrics")
                .asString()
                .replace(",}", "}");

        String labels = "arm=\"champion\",endpoint=\"metrics\",model=\"metrics\"";
        assertThat(metrics)
                .contains("millrace_serving_requests_total{" + labels + ",outcome=\"ok\",version=\"1\"} 1.0")
                .contains("millrace_serving_requests_total{" + labels + ",outcome=\"invalid\",version=\"1\"} 1.0")
                .contains("millrace_serving_latency_seconds_count{" + labels + ",version=\"1\"} 1")
                .contains("millrace_serving_log_dropped_total")
                .contains("millrace_serving_log_spool");
    }
}
