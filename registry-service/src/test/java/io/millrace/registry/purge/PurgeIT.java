package io.millrace.registry.purge;

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
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Soft deletion, restoring, and what a purge lets go. */
@QuarkusTest
@QuarkusTestResource(value = PostgresTestResource.class, initArgs = @ResourceArg(name = "service", value = "registry"))
class PurgeIT {

    private static final String MLFLOW = "/api/2.0/mlflow/";

    @Test
    void restoresAVersionAsItWas() {
        String model = unique("m");
        version(model, run(model), Map.of("description", "the first"));
        as(TestTokens.ENGINEER)
                .delete("/api/v1/models/" + model + "/versions/1")
                .then()
                .statusCode(204);
        restore(model + "/versions/2").statusCode(404);
        as(TestTokens.VIEWER)
                .get("/api/v1/models/" + model + "/versions/1")
                .then()
                .statusCode(404);

        restore(model + "/versions/1")
                .statusCode(200)
                .body("status", equalTo("READY"))
                .body("description", equalTo("the first"))
                .body("files.path", hasSize(1));
        restore(model + "/versions/1").statusCode(404);
        as(TestTokens.VIEWER)
                .get("/api/v1/models/" + model + "/versions/1/files/m.bin")
                .then()
                .statusCode(200)
                .body(equalTo(model));
    }

    @Test
    void restoresTheModelThatWasLastDeletedUnderAName() {
        String model = unique("m");
        version(model, run("old"), Map.of("description", "old"));
        delete(model);
        restore(unique("never")).statusCode(404);
        version(model, run("new"), Map.of("description", "new"));
        restore(model).statusCode(409).body("type", equalTo("/problems/already-exists"));
        delete(model);

        restore(model).statusCode(200).body("name", equalTo(model));
        as(TestTokens.VIEWER)
                .get("/api/v1/models/" + model + "/versions/1")
                .then()
                .statusCode(200)
                .body("description", equalTo("new"));
    }

    @Test
    void purgesOnlyWhatIsDeletedAndOldEnough() {
        String model = unique("m");
        String kept = run("kept " + model);
        String used = run("used " + model);
        String gone = run("gone " + model);
        version(model, used, Map.of());
        version(model, gone, Map.of());
        for (String run : new String[] {used, gone}) {
            as(TestTokens.ENGINEER)
                    .body(Map.of("run_id", run))
                    .post(MLFLOW + "runs/delete")
                    .then()
                    .statusCode(200);
        }
        as(TestTokens.ENGINEER)
                .delete("/api/v1/models/" + model + "/versions/2")
                .then()
                .statusCode(204);

        purge("P1D", false).statusCode(200).body("runs", equalTo(0)).body("versions", equalTo(0));
        for (int i = 0; i < 2; i++) {
            purge("PT0S", true)
                    .statusCode(200)
                    .body("runs", equalTo(1))
                    .body("versions", equalTo(1))
                    .body("files", equalTo(1));
        }
        as(TestTokens.VIEWER).get("/api/v1/runs/" + gone).then().statusCode(200);
        purge("PT0S", false).statusCode(200).body("runs", equalTo(1)).body("more", equalTo(false));

        as(TestTokens.VIEWER).get("/api/v1/runs/" + kept).then().statusCode(200);
        as(TestTokens.VIEWER).get("/api/v1/runs/" + used).then().statusCode(200);
        as(TestTokens.VIEWER).get("/api/v1/runs/" + gone).then().statusCode(404);
        restore(model + "/versions/2").statusCode(404);
        int next = version(model, kept, Map.of());
        assertThat(next).isEqualTo(3);
    }

    @Test
    void purgesAnExperimentWithItsRunsAndFreesItsName() {
        String name = unique("e");
        String experiment = experiment(name);
        String run = as(TestTokens.ENGINEER)
                .body(Map.of("experimentId", experiment))
                .post("/api/v1/runs")
                .then()
                .statusCode(201)
                .extract()
                .path("runId");
        as(TestTokens.ENGINEER)
                .body(Map.of("run_id", run, "key", "auc", "value", 1, "timestamp", 1))
                .post(MLFLOW + "runs/log-metric")
                .then()
                .statusCode(200);
        as(TestTokens.ENGINEER)
                .body("{\"run_id\": \"" + run + "\", \"datasets\": [{\"dataset\": {\"name\": \"d\", \"digest\": \"1\","
                        + " \"source_type\": \"local\", \"source\": \"s\"}}]}")
                .post(MLFLOW + "runs/log-inputs")
                .then()
                .statusCode(200);
        as(TestTokens.ENGINEER)
                .body(Map.of("experiment_id", experiment))
                .post(MLFLOW + "experiments/delete")
                .then()
                .statusCode(200);

        purge("PT0S", false).statusCode(200);

        as(TestTokens.VIEWER).get("/api/v1/experiments/" + experiment).then().statusCode(404);
        as(TestTokens.VIEWER).get("/api/v1/runs/" + run).then().statusCode(404);
        experiment(name);
    }

    @Test
    void purgesADeletedModelForGood() {
        String model = unique("m");
        version(model, run(model), Map.of());
        delete(model);
        purge("PT0S", false).statusCode(200);
        restore(model).statusCode(404);
    }

    @Test
    void purgesForAdministratorsOnly() {
        as(TestTokens.ENGINEER).post("/api/v1/purge").then().statusCode(403);
        for (String age : new String[] {"30", "-P1D", "P40000D"}) {
            purge(age, true).statusCode(400).body("errors[0].pointer", equalTo("/olderThan"));
        }
    }

    private static String experiment(String name) {
        return as(TestTokens.ENGINEER)
                .body(Map.of("name", name))
                .post(MLFLOW + "experiments/create")
                .then()
                .statusCode(200)
                .extract()
                .path("experiment_id");
    }

    private static void delete(String model) {
        as(TestTokens.ENGINEER).delete("/api/v1/models/" + model).then().statusCode(204);
    }

    private static ValidatableResponse restore(String thing) {
        return as(TestTokens.ENGINEER)
                .post("/api/v1/models/" + thing + "/restore")
                .then();
    }

    private static ValidatableResponse purge(String olderThan, boolean dryRun) {
        return as(TestTokens.ADMIN)
                .queryParam("olderThan", olderThan)
                .queryParam("dryRun", dryRun)
                .post("/api/v1/purge")
                .then();
    }
}
