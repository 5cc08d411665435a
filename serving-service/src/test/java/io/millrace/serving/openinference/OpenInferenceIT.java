package io.millrace.serving.openinference;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.common.testing.TestTokens;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.training.TrainedModel;
import io.millrace.runtime.training.TrainingRequest;
import io.millrace.serving.testing.Models;
import io.millrace.serving.testing.Serving;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
class OpenInferenceIT extends Serving {

    private static final String ONE_ROW = """
            {"id": "q-1", "inputs": [
              {"name": "amount", "shape": [1], "datatype": "FP64", "data": [42.5]},
              {"name": "age", "shape": [1, 1], "datatype": "FP32", "data": [[33]]},
              {"name": "visits", "shape": [1], "datatype": "INT64", "data": [7]},
              {"name": "member", "shape": [1], "datatype": "BOOL", "data": [true]},
              {"name": "country", "shape": [1], "datatype": "BYTES", "data": ["US"]},
              {"name": "channel", "shape": [1], "datatype": "BYTES", "data": ["web"]},
              {"name": "at", "shape": [1], "datatype": "BYTES", "data": ["2013-05-01T10:00:00Z"]}]}""";

    @TestHTTPResource
    URL base;

    private static Response infer(String model, String body) {
        return as(TestTokens.PREDICTOR).body(body).post("/v2/models/" + model + "/infer");
    }

    @Test
    void answersNamedColumns() throws Exception {
        serve("oip-columns", Models.FIRST);

        Response response = infer("oip-columns", ONE_ROW);

        response.then()
                .statusCode(200)
                .header("Content-Type", "application/json")
                .body("model_name", equalTo("oip-columns"))
                .body("model_version", equalTo("1"))
                .body("id", equalTo("q-1"))
                .body("outputs.name", contains("probability", "label"))
                .body("outputs.datatype", contains("FP64", "BYTES"))
                .body("outputs[0].shape", contains(1));
        assertThat(response.<Double>path("outputs[0].data[0]"))
                .isEqualTo(Models.score(Models.FIRST, Models.row()), within(1e-12));
        String id = response.path("parameters.prediction_ids");
        await(() -> logged("id = '" + id + "' and arm = 'champion'") == 1);
    }

    @Test
    void answersOneTensorFlatOrNested() throws Exception {
        TrainedModel trained = numbersOnly();
        registry.add("oip-tensor", 1, Models.folder(trained));
        rows().version("oip-tensor", 1);
        rows().alias("oip-tensor", "champion", 1);
        serve("oip-tensor", Map.of("arms", List.of(arm("only", 100, "oip-tensor", "champion"))));
        double[] expected = Models.predict(trained, List.of(Map.of("a", 1.0, "b", 2.0), Map.of("a", 3.0, "b", -4.0)))
                .number("probability");

        for (String data : List.of("[1, 2, 3, -4]", "[[1, 2], [3, -4]]")) {
            Response response = infer(
                    "oip-tensor",
                    "{\"inputs\": [{\"name\": \"x\", \"shape\": [2, 2], \"datatype\": \"FP32\", \"data\": " + data
                            + "}]}");
            response.then().statusCode(200).body("outputs[0].shape", contains(2));
            List<Double> probabilities = response.path("outputs[0].data");
            assertThat(probabilities).containsExactly(expected[0], expected[1]);
            assertThat(response.asString()).doesNotContain("\"id\"");
        }
        infer(
                        "oip-tensor",
                        "{\"inputs\": [{\"name\": \"x\", \"shape\": [1, 3], \"datatype\": \"FP32\", \"data\": [1,2,3]}]}")
                .then()
                .statusCode(400)
                .body(
                        "error",
                        equalTo("column 'x': has 3 values for each row; send 2 in the order of the model's"
                                + " inputs, or an input for each column"));
    }

    private static TrainedModel numbersOnly() {
        List<Column> columns =
                List.of(Column.required("a", ColumnType.FLOAT64), Column.required("b", ColumnType.FLOAT64));
        Rows.Builder builder = Rows.builder(columns);
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            double a = Math.sin(i);
            double b = Math.cos(i * 7);
            builder.add(Map.of("a", a, "b", b));
            labels.add(a + b > 0 ? "yes" : "no");
        }
        Rows rows = builder.build();
        return io.millrace.runtime.training.Trainers.train(TrainingRequest.classification(
                "logistic.classification",
                Map.of(),
                1,
                Signature.binary(columns, "no", "yes"),
                io.millrace.runtime.feature.FeaturePipeline.fit(List.of(), rows, columns),
                rows,
                labels.toArray(new String[0])));
    }

    @Test
    void acceptsNoContentTypeAndOddOnes() throws Exception {
        serve("oip-types", Models.FIRST);
        for (String type : Arrays.asList(
                null, "application/octet-stream", "text/plain", "application/x-www-form-urlencoded", "nonsense")) {
            // HttpClient sends only the headers it is told to.
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            base.toURI().resolve("/v2/models/oip-types/infer?unknown=1"))
                    .header("Authorization", "Bearer " + TestTokens.PREDICTOR)
                    .POST(HttpRequest.BodyPublishers.ofString(ONE_ROW));
            if (type != null) {
                request.header("Content-Type", type);
            }
            HttpResponse<String> response =
                    HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode())
                    .as("Content-Type %s: %s", type, response.body())
                    .isEqualTo(200);
        }
    }

    @Test
    void readsNullAndNaNAsMissing() throws Exception {
        serve("oip-null", Models.FIRST);

        Response withNull = infer("oip-null", ONE_ROW.replace("[[33]]", "[[null]]"));
        Response withNaN = infer("oip-null", ONE_ROW.replace("[[33]]", "[[NaN]]"));

        assertThat(withNull.<Double>path("outputs[0].data[0]"))
                .isEqualTo(Models.score(Models.FIRST, Models.row("age", null)), within(1e-12))
                .isEqualTo(withNaN.<Double>path("outputs[0].data[0]"));
        infer("oip-null", ONE_ROW.replace("[42.5]", "[null]"))
                .then()
                .statusCode(400)
                .body("error", equalTo("row 0, column 'amount': missing value, expected a number"));
    }

    @Test
    void saysWhatIsWrongInOneSentence() throws Exception {
        serve("oip-bad", Models.FIRST);

        bad(ONE_ROW.replace("\"FP64\", \"data\": [42.5]", "\"BYTES\", \"data\": [\"x\"]"), "expected datatype FP64");
        bad(ONE_ROW.replace("[42.5]", "[\"x\"]"), "input 'amount': row 0: expected a number for FP64, got \"x\"");
        bad(ONE_ROW.replace("[42.5]", "[1, 2]"), "shape asks for 1 elements, data has 2");
        bad(ONE_ROW.replace("\"FP64\"", "\"FP16\""), "has no JSON form");
        bad(ONE_ROW.replace("\"FP64\"", "\"FLOAT\""), "unknown datatype");
        bad(
                ONE_ROW.replace("\"amount\"", "\"amuont\""),
                "column 'amuont': no model of this endpoint reads this column, did you mean 'amount'?");
        bad(ONE_ROW.replace("\"web\"", "\"fax\""), "unknown category");
        bad(ONE_ROW.replace("\"id\": \"q-1\"", "\"outputs\": [{\"name\": \"z\"}]"), "no output 'z'");
        bad(ONE_ROW.replace("\"id\": \"q-1\"", "\"id\": 7"), "id must be a text");
        bad("{\"inputs\": []}", "not empty");
        bad("{", "not valid JSON");
    }

    private static void bad(String body, String message) {
        Response response = infer("oip-bad", body);
        response.then().statusCode(400).header("Content-Type", "application/json");
        assertThat(response.<String>path("error")).contains(message);
    }

    @Test
    void tellsAConfigurationThatAgreesWithTheMetadata() throws Exception {
        serve("oip-config", Models.FIRST);

        for (String path : List.of("/v2/models/oip-config/config", "/v2/models/oip-config/versions/1/config")) {
            as(TestTokens.VIEWER)
                    .get(path)
                    .then()
                    .statusCode(200)
                    .body("name", equalTo("oip-config"))
                    .body("max_batch_size", equalTo(0))
                    .body("version_policy.specific.versions", contains(1))
                    .body("input.find { it.name == 'amount' }.data_type", equalTo("TYPE_FP64"))
                    .body("input.find { it.name == 'amount' }.dims", contains(-1))
                    .body("input.find { it.name == 'amount' }.optional", nullValue())
                    .body("input.find { it.name == 'age' }.optional", equalTo(true))
                    .body("input.find { it.name == 'country' }.data_type", equalTo("TYPE_STRING"))
                    .body("output.name", contains("probability", "label"))
                    .body("output.data_type", contains("TYPE_FP64", "TYPE_STRING"))
                    .body("parameters.max_rows.string_value", equalTo("1000"))
                    .body("parameters.task.string_value", equalTo("BINARY"))
                    .body("response_cache.enable", equalTo(false));
        }
        as(TestTokens.VIEWER)
                .get("/v2/models/oip-config/versions/2/config")
                .then()
                .statusCode(404);
    }

    @Test
    void saysWhichExtensionsItDoesNotHave() {
        for (String path : List.of(
                "systemsharedmemory/status",
                "cudasharedmemory/region/r/status",
                "trace/setting",
                "models/none/trace/setting",
                "logging")) {
            as(TestTokens.VIEWER)
                    .get("/v2/" + path)
                    .then()
                    .statusCode(501)
                    .body("error", containsString("not supported"));
        }
        as(TestTokens.VIEWER)
                .body("{}")
                .post("/v2/systemsharedmemory/region/r/register")
                .then()
                .statusCode(501)
                .body("error", containsString("send tensors in the request"));
        given().get("/v2/logging").then().statusCode(401);
    }

    @Test
    void describesServerModelsAndHealth() throws Exception {
        serve("oip-about", Models.FIRST);

        given().get("/v2/health/live").then().statusCode(200).body("live", equalTo(true));
        given().get("/v2/health/ready").then().statusCode(200).body("ready", equalTo(true));
        given().get("/q/health/ready").then().statusCode(200);
        for (String path : List.of("/v2", "/v2/")) {
            as(TestTokens.VIEWER).get(path).then().statusCode(200).body("name", equalTo("millrace"));
        }
        as(TestTokens.VIEWER).get("/v2/models").then().body("models", hasItem("oip-about"));
        for (String path : List.of("/v2/models/oip-about", "/v2/models/oip-about/versions/1")) {
            as(TestTokens.VIEWER)
                    .get(path)
                    .then()
                    .statusCode(200)
                    .body("platform", equalTo("millrace"))
                    .body("versions", contains("1"))
                    .body("inputs.datatype", contains("FP64", "FP64", "INT64", "BOOL", "BYTES", "BYTES", "BYTES"))
                    .body("outputs.name", contains("probability", "label"));
            as(TestTokens.VIEWER).get(path + "/ready").then().statusCode(200).body("ready", equalTo(true));
        }
        as(TestTokens.PREDICTOR)
                .body(ONE_ROW)
                .post("/v2/models/oip-about/versions/1/infer")
                .then()
                .statusCode(200);
        for (String path : List.of("/v2/models/no-such", "/v2/models/oip-about/versions/9")) {
            assertThat(as(TestTokens.VIEWER)
                            .get(path)
                            .then()
                            .statusCode(404)
                            .extract()
                            .<String>path("error"))
                    .startsWith("No such");
            as(TestTokens.PREDICTOR).body("{").post(path + "/infer").then().statusCode(404);
        }
        assertThat(as(TestTokens.VIEWER)
                        .get("/v2/nothing/here")
                        .then()
                        .statusCode(404)
                        .extract()
                        .<String>path("error"))
                .isNotEmpty();
        as(TestTokens.VIEWER)
                .body(ONE_ROW)
                .post("/v2/models/oip-about/infer")
                .then()
                .statusCode(403);
        given().get("/v2/models").then().statusCode(401).header("Content-Type", "application/json");
    }
}
