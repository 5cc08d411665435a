package io.millrace.serving.testing;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.common.testing.PostgresForTests;
import io.millrace.common.testing.TestTokens;
import io.millrace.runtime.training.TrainedModel;
import io.quarkus.test.common.QuarkusTestResource;
import io.restassured.config.JsonConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.http.ContentType;
import io.restassured.path.json.config.JsonPathConfig;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** A running service with a store and a registry of its own; base of the tests that speak HTTP. */
@QuarkusTestResource(ServingTestResource.class)
public abstract class Serving {

    protected PostgresForTests postgres;
    protected FakeRegistry registry;

    protected RegistryRows rows() {
        return new RegistryRows(postgres);
    }

    protected static RequestSpecification as(String token) {
        // Numbers are read as double: the default, float, would hide differences below 1e-7.
        return given().config(RestAssuredConfig.config()
                        .jsonConfig(JsonConfig.jsonConfig().numberReturnType(JsonPathConfig.NumberReturnType.DOUBLE)))
                .header("Authorization", "Bearer " + token)
                .contentType(ContentType.JSON);
    }

    protected void register(String model, int version, TrainedModel trained) throws IOException {
        registry.add(model, version, Models.folder(trained));
        rows().version(model, version);
    }

    protected static Map<String, Object> arm(String name, Object weight, String model, String alias) {
        return Map.of("name", name, "weight", weight, "model", model, "alias", alias);
    }

    protected static Response put(String endpoint, Map<String, ?> body) {
        return as(TestTokens.ENGINEER).body(body).put("/api/v1/endpoints/" + endpoint);
    }

    /** Makes an endpoint and waits until every arm is ready. */
    protected static void serve(String endpoint, Map<String, ?> body) {
        put(endpoint, body).then().statusCode(200);
        await(() -> states(endpoint).stream().allMatch("READY"::equals));
    }

    /** An endpoint with one arm that follows the alias champion of a model of the same name. */
    protected void serve(String endpoint, TrainedModel trained) throws IOException {
        register(endpoint, 1, trained);
        rows().alias(endpoint, "champion", 1);
        serve(endpoint, Map.of("arms", List.of(arm("champion", 100, endpoint, "champion"))));
    }

    protected static List<String> states(String endpoint) {
        return as(TestTokens.VIEWER).get("/api/v1/endpoints/" + endpoint).path("arms.state");
    }

    protected static Response predict(String endpoint, Map<String, ?> body) {
        return as(TestTokens.PREDICTOR).body(body).post("/api/v1/endpoints/" + endpoint + "/predict");
    }

    protected static Response predict(String endpoint) {
        return predict(endpoint, Map.of("inputs", Models.row()));
    }

    /** Waits for something that comes by itself, at most 20 seconds. */
    protected static void await(BooleanSupplier condition) {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited 20 s").isLessThan(until);
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    protected long logged(String where) {
        return Long.parseLong(postgres.single("select count(*) from serving.prediction where " + where));
    }
}
