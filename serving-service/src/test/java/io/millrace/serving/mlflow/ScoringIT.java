package io.millrace.serving.mlflow;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.millrace.common.testing.TestTokens;
import io.millrace.serving.testing.Models;
import io.millrace.serving.testing.Serving;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ScoringIT extends Serving {

    private static final String COLUMNS = "[\"amount\",\"age\",\"visits\",\"member\",\"country\",\"channel\",\"at\"]";
    private static final String ROW = "[42.5,33,7,true,\"US\",\"web\",\"2013-05-01T10:00:00Z\"]";
    private static final String RECORD = "{\"amount\":42.5,\"age\":33,\"visits\":7,\"member\":true,\"country\":\"US\","
            + "\"channel\":\"web\",\"at\":\"2013-05-01T10:00:00Z\",\"unknown\":1}";
    private static final String CSV = "amount,age,visits,member,country,channel,at\n"
            + "42.5,33,7,true,US,web,2013-05-01T10:00:00Z\n42.5,,7,True,US,web,2013-05-01T10:00:00Z\n";

    private static Response score(String endpoint, String type, String body) {
        return given().header("Authorization", "Bearer " + TestTokens.PREDICTOR)
                .config(io.restassured.RestAssured.config()
                        .encoderConfig(io.restassured.config.EncoderConfig.encoderConfig()
                                .appendDefaultContentCharsetToContentTypeIfUndefined(false))
                        .jsonConfig(io.restassured.config.JsonConfig.jsonConfig()
                                .numberReturnType(
                                        io.restassured.path.json.config.JsonPathConfig.NumberReturnType.DOUBLE)))
                .header("Content-Type", type)
                .body(body.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .post("/endpoints/" + endpoint + "/invocations");
    }

    @Test
    void answersEveryFormAlike() throws Exception {
        serve("score", Models.FIRST);
        double expected = Models.score(Models.FIRST, Models.row());

        for (String body : List.of(
                "{\"dataframe_split\": {\"columns\": " + COLUMNS + ", \"index\": [0], \"data\": [" + ROW + "]}}",
                "{\"dataframe_split\": {\"data\": [" + ROW + "]}, \"signature_name\": \"dropped\"}",
                "{\"dataframe_records\": [" + RECORD + "]}",
                "{\"instances\": [" + RECORD + "]}",
                "{\"instances\": [" + ROW + "], \"params\": {\"key\": \"k\"}}",
                "{\"inputs\": " + RECORD + "}",
                "{\"inputs\": {\"amount\": [42.5], \"age\": [33], \"visits\": [7], \"member\": [true],"
                        + " \"country\": [\"US\"], \"channel\": [\"web\"], \"at\": [\"2013-05-01T10:00:00Z\"]}}")) {
            Response response = score("score", "application/json; charset=UTF-8", body);
            response.then()
                    .statusCode(200)
                    .header("Content-Type", "application/json")
                    .body("predictions", hasSize(1))
                    .body("prediction_ids", hasSize(1));
            assertThat(response.<Double>path("predictions[0].probability")).isEqualTo(expected, within(1e-12));
        }
        Response csv = score("score", "text/csv", CSV);
        csv.then().statusCode(200).body("predictions", hasSize(2));
        assertThat(csv.<Double>path("predictions[0].probability")).isEqualTo(expected, within(1e-12));
        assertThat(csv.<Double>path("predictions[1].probability"))
                .isEqualTo(Models.score(Models.FIRST, Models.row("age", null)), within(1e-12));
    }

    @Test
    void complainsAsMlflowDoes() throws Exception {
        serve("score-bad", Models.FIRST);

        for (String body : List.of(
                "{}",
                "[]",
                "{\"inputs\": [1], \"instances\": [1]}",
                "{\"instances\": [[1, 2]]}",
                "{\"instances\": []}",
                "{\"inputs\": {\"amount\": [1, 2], \"age\": [1]}}",
                "{\"dataframe_split\": {\"columns\": [\"a\"]}}",
                "{\"dataframe_records\": [{\"amount\": 1}]}",
                "{\"dataframe_records\": [" + RECORD.replace("42.5", "\"x\"") + "]}")) {
            score("score-bad", "application/json", body)
                    .then()
                    .statusCode(400)
                    .body("error_code", equalTo("INVALID_PARAMETER_VALUE"));
        }
        score("score-bad", "text/csv", CSV.replace("42.5", "much"))
                .then()
                .statusCode(400)
                .body("message", containsString("row 0, column 'amount': expected a number, got text \"much\""));
        for (String type : List.of("application/csv", "text/csv; charset=latin1", "application/json; x=y")) {
            score("score-bad", type, CSV).then().statusCode(415).body("error_code", equalTo("BAD_REQUEST"));
        }
        score("no-such", "application/json", "{}")
                .then()
                .statusCode(404)
                .body("error_code", equalTo("RESOURCE_DOES_NOT_EXIST"));
        given().body("{}").post("/invocations").then().statusCode(401).body("error_code", equalTo("UNAUTHENTICATED"));
        as(TestTokens.VIEWER)
                .body("{}")
                .post("/invocations")
                .then()
                .statusCode(403)
                .body("error_code", equalTo("PERMISSION_DENIED"));
    }

    @Test
    void answersForTheProcessAsAContainerDoes() throws Exception {
        serve("score-target", Models.FIRST);

        given().get("/ping").then().statusCode(200);
        given().get("/version").then().statusCode(200);
        as(TestTokens.PREDICTOR)
                .header("X-Amzn-SageMaker-Target-Model", "score-target")
                .body("{\"instances\": [" + ROW + "]}")
                .post("/invocations")
                .then()
                .statusCode(200);
    }
}
