package io.millrace.registry.foreign;

import static io.millrace.registry.RegistryCalls.as;
import static io.millrace.registry.RegistryCalls.run;
import static io.millrace.registry.RegistryCalls.unique;
import static io.millrace.registry.RegistryCalls.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A registry that can be emptied, for test suites of others; {@code -Dmillrace.foreign.command=} says how to start one. */
@QuarkusTest
@QuarkusTestResource(
        value = PostgresTestResource.class,
        restrictToAnnotatedClass = true,
        initArgs = @ResourceArg(name = "service", value = "registry"))
class ForeignSuiteIT {

    @TestHTTPResource("/")
    URI registry;

    @Test
    void startsFromEmptyAgain() {
        as(TestTokens.ENGINEER).post("/test/reset").then().statusCode(403);
        String model = unique("m");
        version(model, run(model), Map.of());

        as(TestTokens.ADMIN).post("/test/reset").then().statusCode(204);

        as(TestTokens.VIEWER).get("/api/v1/models").then().statusCode(200).body("items", hasSize(0));
        as(TestTokens.VIEWER)
                .get("/api/v1/experiments")
                .then()
                .statusCode(200)
                .body("items.experimentId", equalTo(List.of("0")));
        assertThat(version(model, run(model), Map.of())).isEqualTo(1);
    }

    @Test
    void satisfiesASuiteThatIsGiven() throws Exception {
        String command = System.getProperty("millrace.foreign.command", "");
        Assumptions.assumeFalse(command.isEmpty(), "no -Dmillrace.foreign.command");
        ProcessBuilder suite = new ProcessBuilder("sh", "-c", command).inheritIO();
        suite.environment()
                .putAll(Map.of(
                        "MLFLOW_TRACKING_URI", registry.toString(),
                        "MLFLOW_TRACKING_TOKEN", TestTokens.ADMIN,
                        "MILLRACE_RESET_URL", registry.resolve("/test/reset").toString()));

        assertThat(suite.start().waitFor()).isZero();
    }
}
