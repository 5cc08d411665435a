package io.millrace.serving.openinference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;

import io.millrace.common.testing.TestTokens;
import io.millrace.serving.testing.Models;
import io.millrace.serving.testing.Serving;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
class RepositoryIT extends Serving {

    private static Map<String, ?> indexed(String name) {
        Response index = as(TestTokens.VIEWER).post("/v2/repository/index");
        index.then().statusCode(200);
        return index.path("find { it.name == '" + name + "' }");
    }

    @Test
    void unloadsAndLoads() throws Exception {
        serve("repo", Models.FIRST);
        assertThat(indexed("repo")).isEqualTo(Map.of("name", "repo", "version", "1", "state", "READY"));

        as(TestTokens.ENGINEER)
                .body("{\"parameters\": {\"unload_dependents\": false}}")
                .post("/v2/repository/models/repo/unload")
                .then()
                .statusCode(200);

        assertThat(indexed("repo")).isEqualTo(Map.of("name", "repo", "state", "UNAVAILABLE", "reason", "unloaded"));
        assertThat(as(TestTokens.VIEWER)
                        .body("{\"ready\": true}")
                        .post("/v2/repository/index")
                        .<Object>path("find { it.name == 'repo' }"))
                .isNull();
        predict("repo").then().statusCode(503);
        as(TestTokens.ENGINEER)
                .body("{}")
                .post("/v2/repository/models/repo/load")
                .then()
                .statusCode(200)
                .body("load", equalTo(true));
        predict("repo").then().statusCode(200);
    }

    @Test
    void refusesOthersAndWhatIsNotThere() throws Exception {
        serve("repo-roles", Models.FIRST);

        as(TestTokens.PREDICTOR)
                .post("/v2/repository/models/repo-roles/unload")
                .then()
                .statusCode(403);
        as(TestTokens.ENGINEER)
                .post("/v2/repository/models/no-such/load")
                .then()
                .statusCode(404);
        as(TestTokens.ENGINEER)
                .body("{\"parameters\": {\"config\": \"{}\"}}")
                .post("/v2/repository/models/repo-roles/load")
                .then()
                .statusCode(400);
    }

    @Test
    void countsWhatWasAnswered() throws Exception {
        serve("repo-stats", Models.FIRST);
        predict("repo-stats").then().statusCode(200);
        predict("repo-stats").then().statusCode(200);
        predict("repo-stats", Map.of("inputs", Map.of())).then().statusCode(400);

        for (String path : new String[] {"repo-stats/stats", "repo-stats/versions/1/stats"}) {
            as(TestTokens.VIEWER)
                    .get("/v2/models/" + path)
                    .then()
                    .statusCode(200)
                    .body("model_stats.name", contains("repo-stats"))
                    .body("model_stats[0].version", equalTo("1"))
                    .body("model_stats[0].inference_count", equalTo(2))
                    .body("model_stats[0].inference_stats.success.count", equalTo(2))
                    .body("model_stats[0].inference_stats.fail.count", equalTo(1))
                    .body("model_stats[0].inference_stats.compute_input.count", equalTo(2))
                    .body("model_stats[0].inference_stats.compute_infer.ns", greaterThan(0))
                    .body("model_stats[0].last_inference", greaterThan(1_600_000_000_000L));
        }
        as(TestTokens.VIEWER).get("/v2/models/stats").then().statusCode(200);
    }
}
