package io.millrace.registry.bundle;

import static io.millrace.registry.RegistryCalls.as;
import static io.millrace.registry.RegistryCalls.run;
import static io.millrace.registry.RegistryCalls.unique;
import static io.millrace.registry.RegistryCalls.version;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.common.testing.PostgresForTests;
import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/** A model goes into a file and comes back, here or in an empty registry, and nothing comes in that is not whole. */
@QuarkusTest
@QuarkusTestResource(
        value = PostgresTestResource.class,
        restrictToAnnotatedClass = true,
        initArgs = {
            @ResourceArg(name = "service", value = "registry"),
            @ResourceArg(name = "millrace.registry.bundle.max-rows", value = "1M"),
            @ResourceArg(name = "millrace.registry.bundle.max-file", value = "1M")
        })
class BundleIT {

    private static final String MLFLOW = "/api/2.0/mlflow/";

    PostgresForTests postgres;

    /** A model with two versions of two runs, and something of all that belongs to it. */
    private static String model() {
        String model = unique("größe m");
        String first = run("first " + model);
        String second = run("second " + model);
        post(MLFLOW + "runs/log-batch", """
                {"run_id": "%s", "params": [{"key": "depth", "value": "3"}], "tags": [{"key": "t", "value": "ü"}],
                 "metrics": [{"key": "auc", "value": 0.5, "timestamp": 1, "step": 1},
                             {"key": "auc", "value": "NaN", "timestamp": 2, "step": 2},
                             {"key": "auc", "value": "-Infinity", "timestamp": 3, "step": 3}]}""".formatted(first));
        post(MLFLOW + "runs/log-inputs", """
                {"run_id": "%s", "datasets": [{"tags": [{"key": "mlflow.data.context", "value": "training"}],
                 "dataset": {"name": "d", "digest": "1", "source_type": "local", "source": "s"}}]}""".formatted(first));
        version(model, first, Map.of("description", "the first", "metrics", Map.of("auc", 0.5)));
        version(model, second, Map.of());
        version(model, second, Map.of());
        as(TestTokens.ENGINEER)
                .delete("/api/v1/models/" + model + "/versions/3")
                .then()
                .statusCode(204);
        for (int version : new int[] {1, 2, 1}) {
            as(TestTokens.ENGINEER)
                    .body(Map.of("version", version, "reason", "to " + version))
                    .put("/api/v1/models/" + model + "/aliases/champion")
                    .then()
                    .statusCode(200);
        }
        as(TestTokens.ENGINEER)
                .body(Map.of("stage", "Staging", "reason", "try"))
                .put("/api/v1/models/" + model + "/versions/2/stage")
                .then()
                .statusCode(200);
        as(TestTokens.ENGINEER)
                .body(Map.of("owner", "risk", "sections", Map.of("limitations", "none known")))
                .put("/api/v1/models/" + model + "/versions/1/card")
                .then()
                .statusCode(200);
        as(TestTokens.ADMIN)
                .body(Map.of("protectedAliases", List.of("live"), "approvals", 1))
                .put("/api/v1/models/" + model + "/policy")
                .then()
                .statusCode(200);
        as(TestTokens.ENGINEER)
                .body(Map.of("version", 1, "alias", "live", "reason", "better"))
                .post("/api/v1/models/" + model + "/promotions")
                .then()
                .statusCode(201);
        return model;
    }

    private static void post(String path, String body) {
        as(TestTokens.ENGINEER).body(body).post(path).then().statusCode(200);
    }

    private static byte[] export(String model) {
        Response answer = as(TestTokens.VIEWER).get("/api/v1/models/" + model + "/bundle");
        answer.then().statusCode(200).contentType("application/zip");
        return answer.asByteArray();
    }

    private static ValidatableResponse add(byte[] bundle, String as) {
        var request = as(TestTokens.ADMIN).contentType("application/zip").body(bundle);
        return (as == null ? request : request.queryParam("as", as))
                .post("/api/v1/bundles")
                .then();
    }

    @Test
    void comesBackWholeInAnEmptyRegistry() {
        String model = model();
        String path = "/api/v1/models/" + model;
        String run = get(path + "/versions/1").path("runId");
        List<String> same = List.of(
                path,
                path + "/aliases/champion/history",
                path + "/versions/2/stages",
                path + "/versions/1/card",
                path + "/versions/1/card/history",
                path + "/policy",
                "/api/v1/runs/" + run + "/artifacts",
                MLFLOW + "metrics/get-history?metric_key=auc&run_id=" + run);
        Map<String, String> before = new LinkedHashMap<>();
        same.forEach(p -> before.put(p, withoutIds(get(p).asString())));
        String params = get("/api/v1/runs/" + run).path("params").toString();
        byte[] bundle = export(model);
        as(TestTokens.ADMIN).post("/test/reset").then().statusCode(204);
        as(TestTokens.VIEWER).get(path).then().statusCode(404);

        add(bundle, null)
                .statusCode(201)
                .body("model", equalTo(model))
                .body("versions", equalTo(2))
                .body("runs", equalTo(2));

        before.forEach(
                (p, text) -> assertThat(withoutIds(get(p).asString())).as(p).isEqualTo(text));
        assertThat(get("/api/v1/runs/" + run).path("params").toString()).isEqualTo(params);
        get(MLFLOW + "runs/get?run_id=" + run)
                .then()
                .body("run.inputs.dataset_inputs[0].dataset.digest", equalTo("1"))
                .body("run.inputs.dataset_inputs[0].tags[0].value", equalTo("training"))
                .body("run.data.tags.find { it.key == 't' }.value", equalTo("ü"));
        get(path + "/versions/1")
                .then()
                .body("createdBy", equalTo("test-engineer"))
                .body("description", equalTo("the first"))
                .body("provenance.importedFrom.model", equalTo(model));
        get(path + "/versions/1/files/m.bin").then().body(equalTo("first " + model));
        get(path + "/versions/1/manifest").then().statusCode(200);
        get(path + "/promotions").then().body("items[0].state", equalTo("withdrawn"));
        add(bundle, null).statusCode(409).body("type", equalTo("/problems/already-exists"));
        assertThat(version(model, run("next"), Map.of())).isEqualTo(3);
        assertThat(postgres.single("select count(*) from registry.audit_entry where action = 'model.imported'"))
                .isEqualTo("1");
    }

    private static Response get(String path) {
        Response answer = as(TestTokens.VIEWER).get(path);
        answer.then().statusCode(200);
        return answer;
    }

    /** Ids of changes are those of this installation. */
    private static String withoutIds(String json) {
        return json.replaceAll("\"id\":\"[0-9a-f-]{36}\"", "\"id\":\"\"");
    }

    @Test
    void standsBesideItselfUnderAnotherName() {
        String model = model();
        byte[] bundle = export(model);
        String other = unique("copy");

        add(bundle, other)
                .statusCode(201)
                .body("model", equalTo(other))
                .body("versions", equalTo(2))
                .body("runs", equalTo(0));

        get("/api/v1/models/" + other + "/versions/1")
                .then()
                .body("aliases", equalTo(List.of("champion")))
                .body("files.path", equalTo(List.of("m.bin")));
        add(bundle, "a/b").statusCode(400);
    }

    @Test
    void leavesOutRunsThatTheCallerMayNotSee() {
        String model = model();
        String run = get("/api/v1/models/" + model + "/versions/1").path("runId");
        String experiment = get("/api/v1/runs/" + run).path("experimentId");
        as(TestTokens.ADMIN)
                .body(Map.of("grants", List.of(Map.of("subject", "user:nobody", "level", "manage"))))
                .put("/api/v1/experiments/" + experiment + "/access")
                .then()
                .statusCode(200);
        byte[] bundle = export(model);
        as(TestTokens.ADMIN)
                .body(Map.of("grants", List.of()))
                .put("/api/v1/experiments/" + experiment + "/access")
                .then()
                .statusCode(200);
        as(TestTokens.ADMIN).post("/test/reset").then().statusCode(204);

        add(bundle, null).statusCode(201).body("runs", equalTo(0)).body("versions", equalTo(2));

        as(TestTokens.VIEWER).get("/api/v1/runs/" + run).then().statusCode(404);
        get("/api/v1/models/" + model + "/versions/1").then().body("runId", equalTo(run));
    }

    private interface Change {
        byte[] apply(String entry, byte[] content);
    }

    /** A bundle with changed entries; one that becomes null is left out. */
    private static byte[] changed(byte[] bundle, Change change) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(bundle));
                ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                byte[] content = change.apply(entry.getName(), in.readAllBytes());
                if (content != null) {
                    out.putNextEntry(new ZipEntry(entry.getName()));
                    out.write(content);
                }
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] replaced(byte[] bundle, String entry, String what, String by) throws IOException {
        return changed(
                bundle,
                (name, content) -> name.equals(entry)
                        ? new String(content, UTF_8).replace(what, by).getBytes(UTF_8)
                        : content);
    }

    private static byte[] archive(String... entriesAndContents) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (int i = 0; i < entriesAndContents.length; i += 2) {
                out.putNextEntry(new ZipEntry(entriesAndContents[i]));
                out.write(entriesAndContents[i + 1].getBytes(UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    @Test
    void refusesWhatIsNotWholeAndKeepsNothingOfIt() throws IOException {
        String model = model();
        byte[] bundle = export(model);
        String as = unique("never");

        refused(changed(bundle, (name, content) -> name.startsWith("files/") ? new byte[] {1} : content), as, 422);
        refused(changed(bundle, (name, content) -> name.startsWith("files/") ? null : content), as, 400)
                .body("detail", containsString("lacks the content"));
        refused(replaced(bundle, "rows/version_file.jsonl", "m.bin", "n.bin"), as, 400)
                .body("detail", containsString("not those of its manifest"));
        refused(replaced(bundle, "rows/version_file.jsonl", "m.bin", "../m.bin"), as, 400)
                .body("detail", containsString("Invalid path"));
        refused(changed(bundle, (name, content) -> name.contains("manifest") ? null : content), as, 400);
        refused(replaced(bundle, "rows/model_version.jsonl", "\"READY\"", "\"MADE_UP\""), as, 400)
                .body("errors[0].pointer", equalTo("/rows/model_version.jsonl"));
        refused(replaced(bundle, "rows/card_revision.jsonl", "\"revision\": 1", "\"revision\": \"one\""), as, 400)
                .body("errors[0].pointer", equalTo("/rows/card_revision.jsonl"));
        refused(replaced(bundle, "rows/experiment.jsonl", "\"experiment_id\": ", "\"experiment_id\": 9"), as, 400);
        refused(replaced(bundle, "rows/model.jsonl", "{", "["), as, 400).body("detail", containsString("line 1"));
        refused(changed(bundle, (name, content) -> name.equals("rows/model.jsonl") ? null : content), as, 400);
        refused(Arrays.copyOf(bundle, bundle.length / 2), as, 400);
        as(TestTokens.VIEWER).get("/api/v1/models/" + as).then().statusCode(404);

        String header =
                "{\"format\": \"millrace-bundle/1\", \"model\": \"m\", \"exportedAt\": \"2026-01-01T00:00:00Z\","
                        + " \"keyId\": \"k\"}";
        refused("no archive".getBytes(UTF_8), as, 400).body("detail", containsString("first entry"));
        refused(archive("rows/model.jsonl", "{}"), as, 400).body("detail", containsString("first entry"));
        refused(archive("bundle.json", "{"), as, 400);
        refused(archive("bundle.json", header.replace("/1", "/9")), as, 400)
                .body("detail", containsString("must have the format"));
        refused(archive("bundle.json", header, "../../etc/passwd", "x"), as, 400)
                .body("detail", containsString("not known"));
        refused(archive("bundle.json", header, "rows/token.jsonl", "{}"), as, 400);
        refused(archive("bundle.json", header), as, 400).body("detail", containsString("one model"));
        refused(archive("bundle.json", header, "rows/metric.jsonl", "x".repeat(2_000_000)), as, 413);
        refused(archive("bundle.json", header, "files/" + "0".repeat(64), "x".repeat(2_000_000)), as, 413);
        as(TestTokens.ENGINEER)
                .contentType("application/zip")
                .body(bundle)
                .post("/api/v1/bundles")
                .then()
                .statusCode(403);
        as(TestTokens.VIEWER)
                .get("/api/v1/models/none/bundle")
                .then()
                .statusCode(404)
                .body("bundle", nullValue());
    }

    private static ValidatableResponse refused(byte[] bundle, String as, int status) {
        return add(bundle, as).statusCode(status);
    }
}
