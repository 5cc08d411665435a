package io.millrace.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import io.millrace.common.testing.TestTokens;
import io.millrace.serving.testing.Models;
import io.millrace.serving.testing.Serving;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
class SplitIT extends Serving {

    private static final int KEYS = 300;

    private static Map<String, Object> version(String name, Object weight, String model, int version) {
        return Map.of("name", name, "weight", weight, "model", model, "version", version);
    }

    private Map<String, String> assignments(String endpoint) {
        Map<String, String> arms = new HashMap<>();
        for (int i = 0; i < KEYS; i++) {
            Map<String, Object> row = Models.row("user", "u-" + i);
            arms.put("u-" + i, predict(endpoint, Map.of("inputs", row)).path("arm"));
        }
        return arms;
    }

    @Test
    void keepsAKeyOnItsArmAndMovesOnlyWhatMustMove() throws Exception {
        register("sticky", 1, Models.FIRST);
        register("sticky", 2, Models.SECOND);
        serve(
                "sticky",
                Map.of(
                        "stickyKey",
                        "user",
                        "arms",
                        List.of(version("a", 50, "sticky", 1), version("b", 50, "sticky", 2))));

        Map<String, String> first = assignments("sticky");
        assertThat(assignments("sticky")).isEqualTo(first);
        assertThat(first.values().stream().filter("a"::equals).count()).isBetween(107L, 193L);

        serve(
                "sticky",
                Map.of(
                        "stickyKey",
                        "user",
                        "arms",
                        List.of(version("a", 60, "sticky", 1), version("b", 40, "sticky", 2))));
        await(() -> assignments("sticky").values().stream().filter("a"::equals).count()
                > first.values().stream().filter("a"::equals).count());
        Map<String, String> second = assignments("sticky");
        first.forEach((key, arm) -> {
            if (arm.equals("a")) {
                assertThat(second.get(key)).isEqualTo("a");
            }
        });

        predict("sticky", Map.of("instances", List.of(Models.row("user", "x"), Models.row("user", "y"))))
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo("/instances/1/user"));
        predict("sticky", Map.of("instances", List.of(Models.row("user", "x"), Models.row("user", "x"))))
                .then()
                .statusCode(200);
        predict("sticky").then().statusCode(200);
    }

    @Test
    void logsTheShadowsAnswerUnderTheIdOfThePrimarys() throws Exception {
        register("shadowed", 1, Models.FIRST);
        register("shadowed", 2, Models.SECOND);
        serve(
                "shadowed",
                Map.of(
                        "arms",
                        List.of(
                                version("main", 100, "shadowed", 1),
                                Map.of("name", "copy", "role", "shadow", "model", "shadowed", "version", 2))));

        Response response = predict("shadowed");

        response.then().statusCode(200).body("arm", equalTo("main"));
        String id = response.path("predictions[0].predictionId");
        await(() -> logged("id = '" + id + "'") == 2);
        assertThat(Double.parseDouble(postgres.single("select score from serving.prediction where id = '" + id
                        + "' and role = 'shadow' and arm = 'copy' and version = 2")))
                .isEqualTo(Models.score(Models.SECOND, Models.row()), within(1e-12));
    }

    @Test
    void comparesTheShadowsAnswersWithThoseThatCallersGot() throws Exception {
        register("compared", 1, Models.FIRST);
        register("compared", 2, Models.SECOND);
        double first = Models.score(Models.FIRST, Models.row());
        double second = Models.score(Models.SECOND, Models.row());
        // Between the two scores, so that the arms decide differently.
        Map<String, Object> decision = Map.of("threshold", (first + second) / 2, "positive", "YES", "negative", "NO");
        serve(
                "compared",
                Map.of(
                        "decision",
                        decision,
                        "arms",
                        List.of(
                                version("main", 100, "compared", 1),
                                Map.of("name", "copy", "role", "shadow", "model", "compared", "version", 2))));

        predict("compared").then().statusCode(200);

        await(() -> logged("endpoint = 'compared'") == 2);
        assertThat(postgres.single(
                        "select agrees from serving.prediction_v1 where endpoint = 'compared' and role = 'shadow'"))
                .isEqualTo("f");
        assertThat(Double.parseDouble(postgres.single(
                        "select distance from serving.prediction_v1 where endpoint = 'compared' and role = 'shadow'")))
                .isEqualTo(Math.abs(first - second), within(1e-12));
        assertThat(logged("endpoint = 'compared' and role = 'primary' and agrees is null and distance is null"))
                .isEqualTo(1);
        String metrics = as(TestTokens.VIEWER).get("/q/metrics").asString();
        String copy = "{arm=\"copy\",endpoint=\"compared\",model=\"compared\"";
        assertThat(metrics)
                .contains("millrace_serving_shadow_rows_total{agrees=\"false\",arm=\"copy\",endpoint=\"compared\","
                        + "model=\"compared\",primary=\"main\",version=\"2\"} 1.0")
                .contains("millrace_serving_shadow_distance_count" + copy + ",primary=\"main\",version=\"2\"} 1")
                .contains("millrace_serving_shadow_latency_ratio_count" + copy + ",version=\"2\"} 1");
    }

    @Test
    void changesNothingWhenAskedForWhatIsThere() throws Exception {
        register("same", 1, Models.FIRST);
        Map<String, Object> body = Map.of("arms", List.of(version("a", 100, "same", 1)));

        put("same", body).then().body("revision", equalTo(1));
        put("same", body).then().body("revision", equalTo(1));

        assertThat(postgres.single("select count(*) from serving.event where subject = 'same'"))
                .isEqualTo("1");
        put("same", Map.of("logSample", 0, "arms", List.of(version("a", 100, "same", 1))))
                .then()
                .body("revision", equalTo(2));
    }

    @Test
    void namesEverythingWrongInADefinition() {
        Response response = put(
                "wrong",
                Map.of(
                        "logSample",
                        2,
                        "arms",
                        List.of(
                                Map.of("name", "A!", "weight", 50.001, "model", "m", "alias", "x", "version", 1),
                                Map.of("name", "b", "weight", 50, "model", "m", "alias", "x", "role", "judge"))));
        response.then()
                .statusCode(400)
                .body(
                        "errors.pointer",
                        contains("/logSample", "/arms/0/name", "/arms/0", "/arms/0/weight", "/arms/1/role"));
        put("wrong", Map.of("arms", List.of(version("a", 60, "m", 1), version("b", 30.5, "m", 2))))
                .then()
                .statusCode(400)
                .body("detail", equalTo("arms weights of the primary arms must sum to 100, got 90.5"));
        put("Wrong_Name", Map.of("arms", List.of(version("a", 100, "m", 1))))
                .then()
                .statusCode(400);
        as(TestTokens.VIEWER).get("/api/v1/endpoints/none").then().statusCode(404);
        as(TestTokens.VIEWER).get("/api/v1/endpoints?pageSize=1").then().statusCode(200);
    }
}
