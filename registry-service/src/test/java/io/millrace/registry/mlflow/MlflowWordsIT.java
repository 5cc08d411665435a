package io.millrace.registry.mlflow;

import static io.millrace.registry.RegistryCalls.as;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The words that clients, and scripts around them, look for in an error. */
@QuarkusTest
@QuarkusTestResource(value = PostgresTestResource.class, initArgs = @ResourceArg(name = "service", value = "registry"))
class MlflowWordsIT {

    private static final String API = "/api/2.0/mlflow/";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET | runs/get?run_id=none | | Run with id=none not found",
                "POST | runs/set-tag | {'run_id': 'none', 'key': 'a', 'value': 'b'} | Run with id=none not found",
                "POST | runs/delete-tag | {'run_id': 'RUN', 'key': 'none'} | No tag with name: none",
                "POST | experiments/delete-experiment-tag | {'experiment_id': '0', 'key': 'none'} | No tag with name: none",
                "GET | logged-models/m-none | | Logged model with ID 'm-none' not found.",
                "DELETE | logged-models/MODEL/tags/none | | No tag with key 'none' for logged model m-",
                "GET | webhooks/none | | Webhook with ID none not found.",
                "GET | registered-models/get?name=a: b | | Registered Model with name=a: b not found",
                "POST | model-versions/create | {'name': 'a/b', 'source': 's3://b/k'} | Registered Model with name=a/b not found",
                "GET | model-versions/get?name=a/b&version=3 | | Model Version (name=a/b, version=3) not found",
            })
    void saysWhatIsNotThere(String method, String path, @Nullable String body, String words) {
        request(method, path, body)
                .statusCode(404)
                .body("error_code", equalTo("RESOURCE_DOES_NOT_EXIST"))
                .body("message", startsWith(words));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | experiments/create | {'name': 'a', 'tags': '5'} | Invalid value \"5\" for parameter 'tags' supplied",
                "POST | runs/log-batch | {'run_id': 'RUN', 'params': 7} | Invalid value 7 for parameter 'params' supplied",
                "POST | runs/log-batch | {'run_id': 'RUN', 'params': [7]} | Invalid value 7 for parameter 'params[0]' supplied",
                "GET | artifacts/list?run_id=RUN&path=../a | | Invalid path",
                "GET | model-versions/get?name=a&version=new | | Model version must be an integer",
                "GET | metrics/get-history-bulk?metric_key=a | | GetMetricHistoryBulk request must specify at least one run_id",
                "GET | metrics/get-history-bulk?run_id=1 | | GetMetricHistoryBulk request must specify a metric_key",
                "GET | metrics/get-history-bulk?metric_key=a&MANY | | GetMetricHistoryBulk request cannot specify more than 100",
                "GET | metrics/get-history-bulk-interval?metric_key=a&MANY | | GetMetricHistoryBulkInterval request must specify at most 100 run_ids",
                "POST | experiments/search-datasets | {} | SearchDatasets request must specify at least one experiment_id",
                "POST | webhooks | {'name': 'a', 'url': '  ', 'events': [{'entity': 'MODEL_VERSION', 'action': 'CREATED'}]} | Webhook URL cannot be empty or just whitespace",
                "POST | webhooks | {'name': 'a', 'url': 'ftp://e.com', 'events': [{'entity': 'MODEL_VERSION', 'action': 'CREATED'}]} | Invalid webhook URL scheme",
                "POST | webhooks | {'name': 'a', 'url': 'http://[e', 'events': [{'entity': 'MODEL_VERSION', 'action': 'CREATED'}]} | Invalid webhook URL",
            })
    void saysWhatIsWrong(String method, String path, @Nullable String body, String words) {
        request(method, path, body)
                .statusCode(400)
                .body("error_code", equalTo("INVALID_PARAMETER_VALUE"))
                .body("message", startsWith(words));
    }

    private static ValidatableResponse request(String method, String path, @Nullable String body) {
        String many = IntStream.range(0, 101)
                .mapToObj(i -> "run_id" + (path.contains("interval") ? "s" : "") + "=" + i)
                .collect(Collectors.joining("&"));
        String asked = path.replace("RUN", made("runs/create", "{}", "run.info.run_id"))
                .replace("MODEL", made("logged-models", "{\"experiment_id\": \"0\"}", "model.info.model_id"))
                .replace("MANY", many)
                .replace(" ", "%20");
        RequestSpecification call =
                given().header("Authorization", "Bearer " + TestTokens.ADMIN).urlEncodingEnabled(false);
        if (body != null) {
            call.contentType("application/json")
                    .body(body.replace('\'', '"').replace("RUN", made("runs/create", "{}", "run.info.run_id")));
        }
        return call.request(method, API + asked).then();
    }

    private static String made(String path, String body, String id) {
        return as(TestTokens.ENGINEER)
                .body(body)
                .post(API + path)
                .then()
                .statusCode(200)
                .extract()
                .path(id);
    }
}
