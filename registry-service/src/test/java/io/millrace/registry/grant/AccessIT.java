package io.millrace.registry.grant;

import static io.millrace.registry.RegistryCalls.as;
import static io.millrace.registry.RegistryCalls.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Grants on experiments and models: what is hidden is in no answer, and what is only readable stays as it is. */
@QuarkusTest
@QuarkusTestResource(value = PostgresTestResource.class, initArgs = @ResourceArg(name = "service", value = "registry"))
class AccessIT {

    private static final String MLFLOW = "/api/2.0/mlflow/";

    /** Tokens of an owner, a reader by group, and somebody without a grant; all engineers. */
    private String owner;

    private String reader;
    private String stranger;
    private String ownerName;
    private String group;

    @BeforeEach
    void tokens() {
        ownerName = unique("owner");
        group = unique("readers");
        owner = token(ownerName, List.of());
        reader = token(unique("reader"), List.of("others", group));
        stranger = token(unique("stranger"), List.of("others"));
    }

    @Test
    void hidesARestrictedExperimentFromEveryAnswer() {
        String name = unique("secret");
        String experiment = experiment(owner, name);
        String run = run(owner, experiment);
        restrict("experiments/" + experiment).statusCode(200).body("restricted", equalTo(true));

        for (String path : List.of(
                "/api/v1/experiments/" + experiment,
                "/api/v1/experiments/" + experiment + "/access",
                "/api/v1/runs/" + run,
                "/api/v1/runs/" + run + "/artifacts",
                "/api/v1/runs/" + run + "/artifacts/model/m.bin",
                "/api/v1/lineage/run/" + run)) {
            get(stranger, path).statusCode(404);
            get(reader, path).statusCode(200);
            get(TestTokens.ADMIN, path).statusCode(200);
        }
        for (String path : List.of(
                "experiments/get?experiment_id=" + experiment,
                "experiments/get-by-name?experiment_name=" + name,
                "runs/get?run_id=" + run,
                "artifacts/list?run_id=" + run,
                "metrics/get-history?metric_key=auc&run_id=" + run)) {
            get(stranger, MLFLOW + path).statusCode(404).body("error_code", equalTo("RESOURCE_DOES_NOT_EXIST"));
            get(reader, MLFLOW + path).statusCode(200);
        }
        for (String path : List.of(
                "metrics/get-history-bulk-interval?metric_key=auc&run_ids=" + run,
                "metrics/get-history-bulk?metric_key=auc&run_id=" + run)) {
            get(stranger, MLFLOW + path).statusCode(200).body("metrics", nullValue());
            get(reader, MLFLOW + path).statusCode(200).body("metrics", hasSize(1));
        }
        Map<String, Object> search = Map.of("experiment_ids", List.of(experiment));
        post(stranger, MLFLOW + "runs/search", search).statusCode(200).body("runs", nullValue());
        post(reader, MLFLOW + "runs/search", search).statusCode(200).body("runs.info.run_id", equalTo(List.of(run)));
        post(stranger, MLFLOW + "logged-models/search", search).statusCode(200).body("models", nullValue());
        post(stranger, MLFLOW + "experiments/search", Map.of("max_results", 1000, "filter", "name = '" + name + "'"))
                .statusCode(200)
                .body("experiments", nullValue());
        get(stranger, "/api/v1/experiments?pageSize=1000").body("items.experimentId", not(hasItem(experiment)));
        get(reader, "/api/v1/experiments?pageSize=1000").body("items.experimentId", hasItem(experiment));
        post(stranger, MLFLOW + "runs/log-metric", Map.of("run_id", run, "key", "k", "value", 1, "timestamp", 1))
                .statusCode(404);
        post(stranger, MLFLOW + "runs/set-tag", Map.of("run_id", run, "key", "k", "value", "v"))
                .statusCode(404);
    }

    @Test
    void letsAReaderChangeNothing() {
        String experiment = experiment(owner, unique("secret"));
        String run = run(owner, experiment);
        restrict("experiments/" + experiment).statusCode(200);

        Map<String, Object> metric = Map.of("run_id", run, "key", "k", "value", 1, "timestamp", 1);
        post(reader, MLFLOW + "runs/log-metric", metric)
                .statusCode(403)
                .body("error_code", equalTo("PERMISSION_DENIED"))
                .body("message", equalTo("The experiment " + experiment + " asks for the grant 'edit'"));
        for (Map.Entry<String, Map<String, Object>> write : Map.<String, Map<String, Object>>of(
                        "runs/create", Map.of("experiment_id", experiment),
                        "runs/delete", Map.of("run_id", run),
                        "runs/update", Map.of("run_id", run, "status", "FINISHED"),
                        "logged-models", Map.of("experiment_id", experiment),
                        "experiments/set-experiment-tag", Map.of("experiment_id", experiment, "key", "k", "value", "v"),
                        "experiments/update", Map.of("experiment_id", experiment, "new_name", unique("n")),
                        "experiments/delete", Map.of("experiment_id", experiment))
                .entrySet()) {
            post(reader, MLFLOW + write.getKey(), write.getValue())
                    .statusCode(403)
                    .body("error_code", equalTo("PERMISSION_DENIED"));
        }
        as(reader)
                .contentType("application/octet-stream")
                .body(new byte[] {120})
                .put("/api/v1/runs/" + run + "/artifacts/x")
                .then()
                .statusCode(403);
        post(reader, "/api/v1/runs/" + run + "/log", Map.of("params", Map.of("a", "1")))
                .statusCode(403)
                .body("type", equalTo("/problems/forbidden"));
        put(reader, "experiments/" + experiment, List.of()).statusCode(403);
        post(owner, MLFLOW + "runs/log-metric", metric).statusCode(200);
    }

    @Test
    void asksForTheGrantOfTheLoggedModelThatAMetricIsMeasuredOn() {
        String experiment = experiment(owner, unique("secret"));
        String logged = post(owner, MLFLOW + "logged-models", Map.of("experiment_id", experiment))
                .statusCode(200)
                .extract()
                .path("model.info.model_id");
        restrict("experiments/" + experiment).statusCode(200);

        for (String token : List.of(stranger, reader)) {
            String run = run(token, experiment(token, unique("own")));
            post(token, MLFLOW + "runs/log-metric", measured(run, logged))
                    .statusCode(token.equals(stranger) ? 404 : 403);
            get(token, MLFLOW + "metrics/get-history?metric_key=auc2&run_id=" + run)
                    .body("metrics", nullValue());
        }
        post(owner, MLFLOW + "runs/log-metric", measured(run(owner, experiment), logged))
                .statusCode(200);
    }

    private static Map<String, Object> measured(String run, String loggedModel) {
        return Map.of("run_id", run, "key", "auc2", "value", 1, "timestamp", 1, "model_id", loggedModel);
    }

    @Test
    void hidesARestrictedModelWithAllThatBelongsToIt() {
        String model = unique("secret");
        model(owner, model);
        as(owner)
                .body(Map.of("version", 1, "reason", "first"))
                .put("/api/v1/models/" + model + "/aliases/champion")
                .then()
                .statusCode(200);
        restrict("models/" + model).statusCode(200);

        String base = "/api/v1/models/" + model;
        for (String path : List.of(
                base,
                base + "/access",
                base + "/policy",
                base + "/versions",
                base + "/versions/1",
                base + "/versions/1/card",
                base + "/versions/1/card/README.md",
                base + "/versions/1/manifest",
                base + "/versions/1/stages",
                base + "/versions/1/files/m.bin",
                base + "/aliases",
                base + "/aliases/champion/history",
                "/api/v1/lineage/version/" + model + "/1",
                "/api/v1/lineage/alias/" + model + "@champion")) {
            get(stranger, path).statusCode(404);
            get(reader, path).statusCode(200);
        }
        for (String path : List.of(
                "registered-models/get?name=" + model,
                "model-versions/get?version=1&name=" + model,
                "model-versions/get-download-uri?version=1&name=" + model)) {
            get(stranger, MLFLOW + path).statusCode(404).body("error_code", equalTo("RESOURCE_DOES_NOT_EXIST"));
            get(reader, MLFLOW + path).statusCode(200);
        }
        get(stranger, MLFLOW + "registered-models/alias?alias=champion&name=" + model)
                .statusCode(not(equalTo(200)));
        get(reader, MLFLOW + "registered-models/alias?alias=champion&name=" + model)
                .statusCode(200);
        String filter = "?filter=name%3D%27" + model + "%27";
        get(stranger, MLFLOW + "registered-models/search" + filter).body("registered_models", nullValue());
        get(reader, MLFLOW + "registered-models/search" + filter).body("registered_models", hasSize(1));
        get(stranger, MLFLOW + "model-versions/search" + filter).body("model_versions", nullValue());
        get(reader, MLFLOW + "model-versions/search" + filter).body("model_versions", hasSize(1));
        get(stranger, "/api/v1/models?pageSize=1000").body("items.name", not(hasItem(model)));
        post(stranger, MLFLOW + "model-versions/create", Map.of("name", model, "source", "s3://b/m"))
                .statusCode(404);
        post(stranger, MLFLOW + "model-versions/create", Map.of("name", other(), "source", "models:/" + model + "/1"))
                .statusCode(404);
    }

    @Test
    void letsAReaderOfAModelChangeNothing() {
        String model = unique("secret");
        model(owner, model);
        restrict("models/" + model).statusCode(200);

        Map<String, Object> tag = Map.of("name", model, "version", "1", "key", "k", "value", "v", "alias", "a");
        for (String path : List.of("registered-models/set-tag", "registered-models/alias", "model-versions/set-tag")) {
            post(reader, MLFLOW + path, tag).statusCode(403).body("error_code", equalTo("PERMISSION_DENIED"));
            post(owner, MLFLOW + path, tag).statusCode(200);
        }
        post(reader, MLFLOW + "model-versions/create", Map.of("name", model, "source", "s3://b/m"))
                .statusCode(403);
        post(
                        reader,
                        MLFLOW + "model-versions/transition-stage",
                        Map.of("name", model, "version", "1", "stage", "Staging"))
                .statusCode(403);
        post(reader, MLFLOW + "registered-models/rename", Map.of("name", model, "new_name", unique("n")))
                .statusCode(403);
        as(reader)
                .body(Map.of("name", model))
                .delete(MLFLOW + "registered-models/delete")
                .then()
                .statusCode(403);
        as(reader)
                .body(Map.of("name", model, "version", "1"))
                .delete(MLFLOW + "model-versions/delete")
                .then()
                .statusCode(403);
        as(reader)
                .body(Map.of("owner", "me"))
                .put("/api/v1/models/" + model + "/versions/1/card")
                .then()
                .statusCode(403);
        String renamed = unique("renamed");
        post(owner, MLFLOW + "registered-models/rename", Map.of("name", model, "new_name", renamed))
                .statusCode(200);
        get(stranger, "/api/v1/models/" + renamed).statusCode(404);
        get(reader, "/api/v1/models/" + renamed).statusCode(200);
    }

    @Test
    void fillsEveryPageOfASearchWithWhatTheCallerSees() {
        String prefix = unique("page");
        List<String> open = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            String name = prefix + "-" + (char) ('a' + i);
            String experiment = experiment(owner, name);
            model(owner, name);
            if (i % 3 == 1) {
                open.add(name);
            } else {
                restrict("experiments/" + experiment).statusCode(200);
                restrict("models/" + name).statusCode(200);
            }
        }

        List<List<String>> experiments = new ArrayList<>();
        String token = "";
        do {
            var page = post(
                            stranger,
                            MLFLOW + "experiments/search",
                            Map.of(
                                    "max_results",
                                    3,
                                    "order_by",
                                    List.of("name ASC"),
                                    "filter",
                                    "name LIKE '" + prefix + "%'",
                                    "page_token",
                                    token))
                    .statusCode(200)
                    .extract();
            experiments.add(page.path("experiments.name"));
            token = page.path("next_page_token");
        } while (token != null);
        assertThat(experiments).containsExactly(open.subList(0, 3), open.subList(3, 4));

        var models = get(
                        stranger,
                        MLFLOW + "registered-models/search?max_results=3&filter=name%20LIKE%20%27" + prefix + "%25%27")
                .statusCode(200)
                .body("registered_models.name", equalTo(open.subList(0, 3)))
                .extract();
        get(
                        stranger,
                        MLFLOW + "registered-models/search?max_results=3&filter=name%20LIKE%20%27" + prefix
                                + "%25%27&page_token=" + models.path("next_page_token"))
                .body("registered_models.name", equalTo(open.subList(3, 4)))
                .body("next_page_token", nullValue());
    }

    @Test
    void leavesTheLastManagerInPlace() {
        String model = unique("secret");
        model(owner, model);
        put(owner, "models/" + model, List.of(grant("group:" + group, "manage")))
                .statusCode(400)
                .body("errors[0].pointer", equalTo("/grants"))
                .body("detail", containsString("user:" + ownerName));
        restrict("models/" + model).statusCode(200);
        put(owner, "models/" + model, List.of()).statusCode(200).body("restricted", equalTo(false));
        get(stranger, "/api/v1/models/" + model).statusCode(200);
        put(TestTokens.VIEWER, "models/" + model, List.of()).statusCode(403);
        put(owner, "models/none-" + model, List.of()).statusCode(404);
        put(owner, "experiments/x", List.of()).statusCode(404);
    }

    @Test
    void namesTheGrantThatCannotBe() {
        String model = unique("open");
        model(owner, model);
        put(owner, "models/" + model, List.of(grant("alice", "read"), grant("user:" + ownerName, "manage")))
                .statusCode(400)
                .body("errors.pointer", equalTo(List.of("/grants/0/subject")));
        put(owner, "models/" + model, List.of(grant("user:a", "read"), grant("user:a", "edit")))
                .statusCode(400)
                .body("errors.pointer", equalTo(List.of("/grants/1/subject")));
        put(owner, "models/" + model, List.of(grant("user:a", "own"))).statusCode(400);
        as(owner).body("{}").put("/api/v1/models/" + model + "/access").then().statusCode(400);
        as(TestTokens.ADMIN)
                .body(Map.of("name", "n", "roles", List.of("viewer"), "groups", List.of("a\nb")))
                .post("/api/v1/tokens")
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo("/groups"));
    }

    @Test
    void keepsTheAuditLogOfHiddenThingsFromApprovers() {
        String model = unique("secret");
        model(owner, model);
        String audit = "/api/v1/audit?kind=model&subject=" + model;
        get(TestTokens.APPROVER, audit).body("items", hasSize(1));
        restrict("models/" + model).statusCode(200);
        get(TestTokens.APPROVER, audit).statusCode(200).body("items", hasSize(0));
        get(TestTokens.ADMIN, audit).body("items.action", equalTo(List.of("access.changed", "model.created")));
    }

    @Test
    void keepsNamesWithOddCharactersApart() {
        String odd = "o\"d,d}\\ {name" + unique("");
        String token = token(odd, List.of());
        String experiment = experiment(token, unique("odd"));
        put(token, "experiments/" + experiment, List.of(grant("user:" + odd, "manage")))
                .statusCode(200);
        get(token, "/api/v1/experiments/" + experiment).statusCode(200);
        get(stranger, "/api/v1/experiments/" + experiment).statusCode(404);
    }

    /** A token that the service knows: it reads new ones at most twice a second. */
    private static String token(String name, List<String> groups) {
        String token = as(TestTokens.ADMIN)
                .body(Map.of("name", name, "roles", List.of("engineer"), "groups", groups))
                .post("/api/v1/tokens")
                .then()
                .statusCode(201)
                .body("groups", equalTo(groups))
                .extract()
                .path("token");
        for (int tries = 0; tries < 100 && as(token).get("/api/v1/models").statusCode() == 401; tries++) {
            LockSupport.parkNanos(100_000_000);
        }
        return token;
    }

    private static String experiment(String token, String name) {
        return post(token, MLFLOW + "experiments/create", Map.of("name", name))
                .statusCode(200)
                .extract()
                .path("experiment_id");
    }

    /** A run with a file and a metric. */
    private static String run(String token, String experiment) {
        String run = post(token, "/api/v1/runs", Map.of("experimentId", experiment))
                .statusCode(201)
                .extract()
                .path("runId");
        as(token)
                .contentType("application/octet-stream")
                .body(new byte[] {120})
                .put("/api/v1/runs/" + run + "/artifacts/model/m.bin")
                .then()
                .statusCode(200);
        post(token, MLFLOW + "runs/log-metric", Map.of("run_id", run, "key", "auc", "value", 0.5, "timestamp", 1))
                .statusCode(200);
        return run;
    }

    /** A model with one version. */
    private static void model(String token, String name) {
        String run = run(token, "0");
        Map<String, Object> body = new HashMap<>();
        body.put("runId", run);
        body.put("path", "model");
        post(token, MLFLOW + "registered-models/create", Map.of("name", name)).statusCode(200);
        post(token, "/api/v1/models/" + name + "/versions", body).statusCode(201);
    }

    private String other() {
        String name = unique("other");
        post(stranger, MLFLOW + "registered-models/create", Map.of("name", name))
                .statusCode(200);
        return name;
    }

    /** The owner manages, the group reads, nobody else sees it. */
    private ValidatableResponse restrict(String thing) {
        return put(owner, thing, List.of(grant("user:" + ownerName, "manage"), grant("group:" + group, "read")));
    }

    private static Map<String, String> grant(String subject, String level) {
        return Map.of("subject", subject, "level", level);
    }

    private static ValidatableResponse put(String token, String thing, List<Map<String, String>> grants) {
        return as(token)
                .body(Map.of("grants", grants))
                .put("/api/v1/" + thing + "/access")
                .then();
    }

    private static ValidatableResponse get(String token, String path) {
        return as(token).urlEncodingEnabled(false).get(path).then();
    }

    private static ValidatableResponse post(String token, String path, Map<String, Object> body) {
        return as(token).body(body).post(path).then();
    }
}
