package io.millrace.registry.lineage;

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
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = PostgresTestResource.class, initArgs = @ResourceArg(name = "service", value = "registry"))
class LineageIT {

    @Test
    void goesFromAVersionToItsDataAndFromDataToWhatWasMadeOfIt() {
        String model = unique("lineage");
        String digest = unique("d").substring(0, 30);
        String run = run(model);
        mlflow(
                "runs/log-inputs",
                Map.of(
                        "run_id",
                        run,
                        "datasets",
                        List.of(Map.of(
                                "dataset",
                                Map.of("name", "flights", "digest", digest, "source_type", "local", "source", "s")))));
        mlflow("runs/set-tag", Map.of("run_id", run, "key", "mlflow.source.git.commit", "value", "abc" + digest));
        version(model, run, Map.of("provenance", Map.of("data", "snap" + digest, "run", "p" + digest)));
        version(model, run, Map.of("provenance", Map.of("parent", model + "/1")));
        as(TestTokens.ENGINEER)
                .body(Map.of("version", 2))
                .put("/api/v1/models/" + model + "/aliases/champion")
                .then()
                .statusCode(200);

        assertThat(edges("version/" + model + "/2", "up"))
                .containsExactlyInAnyOrder(
                        "version " + model + "/2 made by run " + run,
                        "version " + model + "/2 child of version " + model + "/1",
                        "version " + model + "/1 made by run " + run,
                        "version " + model + "/1 trained on data snap" + digest,
                        "version " + model + "/1 made by pipeline-run p" + digest,
                        "run " + run + " read dataset flights@" + digest,
                        "run " + run + " ran code of commit abc" + digest);
        assertThat(edges("dataset/flights@" + digest, "down"))
                .contains(
                        "run " + run + " read dataset flights@" + digest,
                        "version " + model + "/1 made by run " + run,
                        "alias " + model + "@champion points to version " + model + "/2");
        assertThat(edges("data/snap" + digest, "down"))
                .contains("version " + model + "/2 child of version " + model + "/1");
        assertThat(edges("commit/abc" + digest, "down")).contains("version " + model + "/1 made by run " + run);
        as(TestTokens.VIEWER)
                .get("/api/v1/lineage/version/" + model + "/2?direction=up&depth=1")
                .then()
                .body("truncated", equalTo(true))
                .body("nodes[0].title", equalTo(model + " version 2"))
                .body("nodes", hasSize(3));
    }

    @Test
    void saysWhatItCannotFind() {
        for (String thing :
                List.of("version/none/1", "run/00000000000000000000000000000000", "data/x", "version/none")) {
            as(TestTokens.VIEWER).get("/api/v1/lineage/" + thing).then().statusCode(404);
        }
        as(TestTokens.VIEWER)
                .get("/api/v1/lineage/ship/1")
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo("/kind"));
        as(TestTokens.VIEWER).get("/api/v1/lineage/run/1?depth=11").then().statusCode(400);
        as(TestTokens.VIEWER).get("/api/v1/lineage/run/1?direction=left").then().statusCode(400);
    }

    private static List<String> edges(String thing, String direction) {
        List<Map<String, Object>> edges = as(TestTokens.VIEWER)
                .get("/api/v1/lineage/" + thing + "?direction=" + direction)
                .then()
                .statusCode(200)
                .extract()
                .path("edges");
        return edges.stream()
                .map(e -> ref(e.get("from")) + " " + e.get("relation") + " " + ref(e.get("to")))
                .collect(Collectors.toList());
    }

    private static String ref(Object ref) {
        Map<?, ?> map = (Map<?, ?>) ref;
        return map.get("kind") + " " + map.get("id");
    }

    private static void mlflow(String operation, Map<String, ?> body) {
        as(TestTokens.ENGINEER)
                .body(body)
                .post("/api/2.0/mlflow/" + operation)
                .then()
                .statusCode(200);
    }
}
