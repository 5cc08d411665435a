package io.millrace.registry.mlflow;

import static io.millrace.registry.RegistryCalls.as;
import static io.millrace.registry.RegistryCalls.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A write that is sent again because nobody heard the answer. */
@QuarkusTest
@QuarkusTestResource(value = PostgresTestResource.class, initArgs = @ResourceArg(name = "service", value = "registry"))
class MlflowRetryIT {

    private static final String API = "/api/2.0/mlflow/";

    @Test
    void createsOnceForAnIdempotencyKey() {
        String key = unique("key");
        String body = "{\"experiment_id\": \"0\", \"run_name\": \"once\"}";
        List<String> runs = IntStream.range(0, 6)
                .parallel()
                .mapToObj(i -> keyed(key, body).post(API + "runs/create"))
                .map(answer -> answer.then().statusCode(200).extract().<String>path("run.info.run_id"))
                .distinct()
                .toList();
        assertThat(runs).hasSize(1);
        keyed(key, "{\"experiment_id\": \"0\"}")
                .post(API + "runs/create")
                .then()
                .statusCode(400)
                .body("message", containsString("used before with another request"));
        keyed(key, "{\"name\": \"" + key + "\"}").post(API + "registered-models/create");
        String version = "{\"name\": \"" + key + "\", \"source\": \"s3://bucket/model\"}";
        for (int i = 0; i < 2; i++) {
            keyed(key, version)
                    .post(API + "model-versions/create")
                    .then()
                    .statusCode(200)
                    .body("model_version.version", equalTo("1"));
        }
        keyed(key + "-2", version)
                .post(API + "model-versions/create")
                .then()
                .body("model_version.version", equalTo("2"));
    }

    private static RequestSpecification keyed(String key, String body) {
        return as(TestTokens.ENGINEER).header("Idempotency-Key", key).body(body);
    }
}
