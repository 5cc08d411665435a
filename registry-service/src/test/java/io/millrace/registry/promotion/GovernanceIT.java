package io.millrace.registry.promotion;

import static io.millrace.registry.RegistryCalls.as;
import static io.millrace.registry.RegistryCalls.run;
import static io.millrace.registry.RegistryCalls.unique;
import static io.millrace.registry.RegistryCalls.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import io.millrace.common.testing.PostgresForTests;
import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Policies, promotions, histories and the audit log, over HTTP and on the store. */
@QuarkusTest
@QuarkusTestResource(value = PostgresTestResource.class, initArgs = @ResourceArg(name = "service", value = "registry"))
class GovernanceIT {

    private static final Map<String, Object> SIGNATURE = Map.of(
            "task", "REGRESSION",
            "inputs", List.of(Map.of("name", "a", "type", "FLOAT64", "nullable", false)),
            "outputs", List.of(),
            "classes", List.of());

    @Inject
    PromotionService promotions;

    PostgresForTests postgres;

    @Test
    void tellsWhichVersionWasInWhichStageAtATimeAndWhy() throws Exception {
        String model = unique("staged");
        version(model, run(model), Map.of());
        version(model, run(model), Map.of());
        String before = Instant.now().toString();
        stage(model, 1, Map.of("stage", "production", "reason", "the first")).statusCode(200);
        Thread.sleep(5);
        String between = Instant.now().toString();
        Thread.sleep(5);
        stage(model, 2, Map.of("stage", "Production", "archiveOthers", true, "reason", "better"))
                .statusCode(200)
                .body("stage", equalTo("Production"));

        String stages = "/api/v1/models/" + model + "/stages";
        as(TestTokens.VIEWER)
                .get(stages + "?at=" + before)
                .then()
                .statusCode(200)
                .body("items", hasSize(0));
        as(TestTokens.VIEWER)
                .get(stages + "?at=" + between)
                .then()
                .body("items.version", equalTo(List.of(1)))
                .body("items[0].to", equalTo("Production"))
                .body("items[0].actor", equalTo("test-engineer"))
                .body("items[0].reason", equalTo("the first"));
        as(TestTokens.VIEWER)
                .get(stages)
                .then()
                .body("items.version", equalTo(List.of(1, 2)))
                .body("items.to", equalTo(List.of("Archived", "Production")))
                .body("items.reason", equalTo(List.of("better", "better")));
        stage(model, 1, Map.of("stage", "live")).statusCode(400).body("errors[0].pointer", equalTo("/stage"));
        stage(model, 1, Map.of()).statusCode(400).body("errors[0].pointer", equalTo("/stage"));
        stage(model, 9, Map.of("stage", "None")).statusCode(404);
        as(TestTokens.VIEWER).get(stages + "?at=then").then().statusCode(400);
        as(TestTokens.VIEWER).get("/api/v1/models/none/stages").then().statusCode(404);
    }

    private static ValidatableResponse stage(String model, int version, Map<String, ?> body) {
        return as(TestTokens.ENGINEER)
                .body(body)
                .put("/api/v1/models/" + model + "/versions/" + version + "/stage")
                .then();
    }

    @Test
    void movesAProtectedAliasOnlyByApproval() {
        String model = protectedModel("\"approvals\": 2");
        as(TestTokens.ADMIN)
                .body(Map.of("version", 1))
                .put("/api/v1/models/" + model + "/aliases/champion")
                .then()
                .statusCode(409)
                .body("detail", containsString("/promotions"));
        as(TestTokens.ENGINEER)
                .body(Map.of("name", model, "alias", "champion", "version", "1"))
                .post("/api/2.0/mlflow/registered-models/alias")
                .then()
                .statusCode(400)
                .body("message", containsString("protected"));
        String id = open(model, "champion").statusCode(201).extract().path("id");
        open(model, "champion").statusCode(409);

        decide(model, id, "approve", TestTokens.ENGINEER).statusCode(403).body("detail", containsString("approver"));
        decide(model, id, "approve", TestTokens.APPROVER).statusCode(200).body("state", equalTo("open"));
        decide(model, id, "approve", TestTokens.APPROVER).statusCode(409).body("detail", containsString("already"));
        decide(model, id, "comments", TestTokens.ENGINEER).statusCode(200);
        decide(model, id, "approve", TestTokens.ADMIN)
                .statusCode(200)
                .body("state", equalTo("applied"))
                .body("steps.kind", equalTo(List.of("opened", "approved", "commented", "approved", "applied")));

        as(TestTokens.VIEWER)
                .get("/api/v1/models/" + model + "/aliases")
                .then()
                .body("items[0].toVersion", equalTo(1))
                .body("items[0].reason", containsString(id));
        decide(model, id, "reject", TestTokens.APPROVER).statusCode(409);
    }

    @Test
    void asksForOtherEyes() {
        String model = protectedModel("\"approvals\": 1, \"approverRole\": \"engineer\"");
        String id = open(model, "champion").statusCode(201).extract().path("id");

        decide(model, id, "approve", TestTokens.ENGINEER).statusCode(403).body("detail", containsString("other eyes"));
        decide(model, id, "reject", TestTokens.ADMIN)
                .statusCode(200)
                .body("state", equalTo("rejected"))
                .body("steps[-1].text", equalTo("because"));
        as(TestTokens.VIEWER).get("/api/v1/models/" + model + "/aliases").then().body("items", hasSize(0));
    }

    @Test
    void lets0ApprovalsApplyAtOnceAndTheOpenerWithdraw() {
        String model = protectedModel("\"approvals\": 0");
        open(model, "champion").statusCode(201).body("state", equalTo("applied"));

        String other = protectedModel("\"approvals\": 1");
        String id = open(other, "champion").statusCode(201).extract().path("id");
        decide(other, id, "withdraw", TestTokens.APPROVER).statusCode(403);
        decide(other, id, "withdraw", TestTokens.ENGINEER).statusCode(200).body("state", equalTo("withdrawn"));
        as(TestTokens.VIEWER)
                .get("/api/v1/models/" + other + "/promotions?state=withdrawn")
                .then()
                .body("items.id", equalTo(List.of(id)));
    }

    @Test
    void closesWhatNobodyDecided() {
        String model = protectedModel("\"approvals\": 1");
        String id = open(model, "champion").statusCode(201).extract().path("id");
        promotions.expire();
        as(TestTokens.VIEWER).get(promotion(model, id)).then().body("state", equalTo("open"));

        postgres.execute("update registry.promotion_request set expires_at = now() - interval '1 second' where id = '"
                + id + "'");
        promotions.expire();

        as(TestTokens.VIEWER)
                .get(promotion(model, id))
                .then()
                .body("state", equalTo("expired"))
                .body("steps[-1].actor", equalTo("system"));
    }

    @Test
    void asksForACompleteCard() {
        String model = protectedModel("\"approvals\": 0, \"cardRequired\": true");
        open(model, "champion").statusCode(409).body("detail", containsString("owner, license, intendedUse"));
        String card = "/api/v1/models/" + model + "/versions/1/card";
        as(TestTokens.ENGINEER)
                .contentType("text/markdown")
                .body(
                        "---\nowner: risk\nlicense: mit\n---\n## Intended use\nx\n## Training data\ny\n## Limitations\nz\n")
                .put(card + "/README.md")
                .then()
                .statusCode(200)
                .body("revision", equalTo(1))
                .body("missing", hasSize(0));
        open(model, "champion").statusCode(201).body("state", equalTo("applied"));

        as(TestTokens.ENGINEER)
                .body("{\"owner\": \"other\", \"expectedRevision\": 0}")
                .put(card)
                .then()
                .statusCode(409);
        as(TestTokens.ENGINEER)
                .body("{\"owner\": \"other\", \"expectedRevision\": 1, \"sections\": {\"nonsense\": \"x\"}}")
                .put(card)
                .then()
                .statusCode(400);
        as(TestTokens.ENGINEER)
                .body("{\"owner\": \"other\", \"expectedRevision\": 1, \"sections\": {\"contact\": \"x\"}}")
                .put(card)
                .then()
                .statusCode(200);
        as(TestTokens.VIEWER).get(card + "/history").then().body("items.card.owner", equalTo(List.of("other", "risk")));
        as(TestTokens.VIEWER)
                .get(card + "/page")
                .then()
                .contentType("text/html")
                .body(containsString("<h2>Contact</h2>"));
    }

    @Test
    void holdsVersionsToThePolicy() {
        String model = unique("policed");
        as(TestTokens.ENGINEER)
                .body(Map.of("name", model))
                .post("/api/v1/models")
                .then()
                .statusCode(201);
        policy(model, "\"signatureRequired\": true, \"allowedFormats\": [\"onnx\"], \"compatibility\": \"backward\"")
                .statusCode(200);
        String run = run("a");

        register(model, run, Map.of("format", "pickle", "signature", SIGNATURE))
                .statusCode(422)
                .body("detail", containsString("only onnx"));
        register(model, run, Map.of("format", "onnx")).statusCode(422).body("detail", containsString("signature"));
        register(model, run, Map.of("format", "onnx", "signature", SIGNATURE)).statusCode(201);
        register(
                        model,
                        run,
                        Map.of(
                                "format",
                                "onnx",
                                "signature",
                                Map.of(
                                        "task", "REGRESSION",
                                        "inputs", List.of(Map.of("name", "b", "type", "FLOAT64", "nullable", false)),
                                        "outputs", List.of(),
                                        "classes", List.of())))
                .statusCode(422)
                .body("detail", containsString("input b is required and was not there"));
        assertThat(postgres.single("select count(*) from registry.model_version where model = '" + model + "'"))
                .isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"approvals\": 11 | /approvals",
                "\"approvals\": -1 | /approvals",
                "\"expireAfterDays\": 0 | /expireAfterDays",
                "\"approverRole\": \"viewer\" | /approverRole",
                "\"compatibility\": \"sideways\" | /compatibility",
                "\"protectedAliases\": [\"a b\"] | /protectedAliases",
                "\"cardRequired\": true | /cardRequired",
                "\"approval\": 1 | /approval",
            })
    void namesTheFieldOfABadPolicy(String fields, String pointer) {
        String model = unique("bad-policy");
        as(TestTokens.ENGINEER)
                .body(Map.of("name", model))
                .post("/api/v1/models")
                .then()
                .statusCode(201);

        policy(model, fields).statusCode(400).body("errors.pointer", hasItem(pointer));
    }

    @Test
    void letsOnlyAdministratorsChangeAPolicyAndNobodyOverwriteAnother() {
        String model = unique("stale");
        as(TestTokens.ENGINEER)
                .body(Map.of("name", model))
                .post("/api/v1/models")
                .then()
                .statusCode(201);
        as(TestTokens.ENGINEER)
                .body("{}")
                .put("/api/v1/models/" + model + "/policy")
                .then()
                .statusCode(403);
        policy(model, "\"approvals\": 2").statusCode(200).body("revision", equalTo(1));
        policy(model, "\"expectedRevision\": 0").statusCode(409);
        as(TestTokens.VIEWER)
                .get("/api/v1/models/" + model + "/policy")
                .then()
                .body("approvals", equalTo(2))
                .body("updatedBy", not(equalTo("")));
        as(TestTokens.VIEWER).get("/api/v1/models/nobody/policy").then().statusCode(404);
    }

    @Test
    void tellsWhatWasChampionThenAndWhoPutItThere() {
        String model = unique("history");
        String run = run("h");
        version(model, run, Map.of());
        version(model, run, Map.of());
        move(model, 1, "first");
        String between =
                postgres.single("select to_char(now() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
        move(model, 2, "better");

        as(TestTokens.VIEWER)
                .queryParam("at", between)
                .get("/api/v1/models/" + model + "/aliases")
                .then()
                .statusCode(200)
                .body("items", hasSize(1))
                .body("items[0].toVersion", equalTo(1))
                .body("items[0].reason", equalTo("first"));
        as(TestTokens.VIEWER)
                .queryParam("at", "2001-01-01T00:00:00Z")
                .get("/api/v1/models/" + model + "/aliases")
                .then()
                .body("items", hasSize(0));
        as(TestTokens.VIEWER)
                .queryParam("at", "then")
                .get("/api/v1/models/" + model + "/aliases")
                .then()
                .statusCode(400);
    }

    @Test
    void keepsWhoChangedWhatFromWhere() throws SQLException {
        String model = unique("audited");
        as(TestTokens.ENGINEER)
                .header("X-Request-Id", "req-" + model)
                .body(Map.of("name", model, "tags", Map.of("k", "a\u0000b")))
                .post("/api/v1/models")
                .then()
                .statusCode(400);
        as(TestTokens.ENGINEER)
                .header("X-Request-Id", "req-" + model)
                .body(Map.of("name", model, "description", "one"))
                .post("/api/v1/models")
                .then()
                .statusCode(201);
        as(TestTokens.ENGINEER)
                .body(Map.of("name", model, "description", "two"))
                .patch("/api/2.0/mlflow/registered-models/update")
                .then()
                .statusCode(200);

        as(TestTokens.APPROVER)
                .get("/api/v1/audit?kind=model&subject=" + model)
                .then()
                .statusCode(200)
                .body("items.action", equalTo(List.of("model.described", "model.created")))
                .body("items[0].before.description", equalTo("one"))
                .body("items[0].after.description", equalTo("two"))
                .body("items[1].requestId", equalTo("req-" + model))
                .body("items[1].address", equalTo("127.0.0.1"))
                .body("items[1].token.length()", equalTo(12));
        as(TestTokens.ENGINEER).get("/api/v1/audit").then().statusCode(403);
        as(TestTokens.ADMIN).get("/api/v1/audit?from=yesterday").then().statusCode(400);
        String token = as(TestTokens.ADMIN)
                .get("/api/v1/audit?pageSize=1")
                .then()
                .extract()
                .path("nextPageToken");
        as(TestTokens.ADMIN)
                .get("/api/v1/audit?pageSize=1&pageToken=" + token)
                .then()
                .statusCode(200)
                .body("items", hasSize(1));
        as(TestTokens.ADMIN).get("/api/v1/audit?pageToken=MTph").then().statusCode(400);
        for (String sql : List.of("update registry.audit_entry set actor = 'x'", "delete from registry.audit_entry")) {
            try (var connection = postgres.connectAs("registry");
                    var statement = connection.createStatement()) {
                assertThatThrownBy(() -> statement.execute(sql)).hasMessageContaining("permission denied");
            }
        }
    }

    private String protectedModel(String fields) {
        String model = unique("governed");
        version(model, run(model), Map.of());
        policy(model, "\"protectedAliases\": [\"champion\"], " + fields).statusCode(200);
        return model;
    }

    private static ValidatableResponse policy(String model, String fields) {
        return as(TestTokens.ADMIN)
                .body("{" + fields + "}")
                .put("/api/v1/models/" + model + "/policy")
                .then();
    }

    private static ValidatableResponse register(String model, String run, Map<String, Object> more) {
        Map<String, Object> body = new java.util.HashMap<>(more);
        body.put("runId", run);
        body.put("path", "model");
        return as(TestTokens.ENGINEER)
                .body(body)
                .post("/api/v1/models/" + model + "/versions")
                .then();
    }

    private static ValidatableResponse open(String model, String alias) {
        return as(TestTokens.ENGINEER)
                .body(Map.of("version", 1, "alias", alias, "reason", "it is better"))
                .post("/api/v1/models/" + model + "/promotions")
                .then();
    }

    private static ValidatableResponse decide(String model, String id, String what, String token) {
        return as(token)
                .body(Map.of("text", "because"))
                .post(promotion(model, id) + "/" + what)
                .then();
    }

    private static String promotion(String model, String id) {
        return "/api/v1/models/" + model + "/promotions/" + id;
    }

    private static void move(String model, int version, String reason) {
        as(TestTokens.ENGINEER)
                .body(Map.of("version", version, "reason", reason))
                .put("/api/v1/models/" + model + "/aliases/champion")
                .then()
                .statusCode(200);
    }
}
