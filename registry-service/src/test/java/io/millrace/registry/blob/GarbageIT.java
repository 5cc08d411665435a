package io.millrace.registry.blob;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.millrace.common.testing.Eventually;
import io.millrace.common.testing.PostgresForTests;
import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = PostgresTestResource.class,
        restrictToAnnotatedClass = true,
        initArgs = @ResourceArg(name = "service", value = "registry"))
class GarbageIT {

    PostgresForTests postgres;

    @ConfigProperty(name = "millrace.data-dir")
    String data;

    @BeforeEach
    void clean() {
        age();
        collect(false);
    }

    @Test
    void collectsOnlyWhatNobodyRefersToAndNobodySentLately() {
        String run = run();
        String kept = upload(run, "kept", "kept " + UUID.randomUUID());
        String shared = upload(run, "first", "shared " + UUID.randomUUID());
        assertThat(upload(run, "second", content(run, "first"))).isEqualTo(shared);
        String registered = upload(run, "model/m.bin", "model " + UUID.randomUUID());
        as(TestTokens.ENGINEER)
                .contentType(ContentType.JSON)
                .body(Map.of("runId", run, "path", "model"))
                .post("/api/v1/models/m-" + run + "/versions")
                .then()
                .statusCode(201);
        String old = upload(run, "old", "old");
        remove(run, "old");
        remove(run, "first");
        remove(run, "model/m.bin");
        age();
        String lately = upload(run, "lately", "sent lately");
        remove(run, "lately");

        collect(true).body("dryRun", equalTo(true)).body("blobs", equalTo(1)).body("bytes", equalTo(3));
        assertThat(held(old)).isTrue();
        collect(false)
                .body("dryRun", equalTo(false))
                .body("blobs", equalTo(1))
                .body("bytes", equalTo(3))
                .body("missing", equalTo(0))
                .body("more", equalTo(false));
        collect(false).body("blobs", equalTo(0));

        assertThat(held(old)).isFalse();
        assertThat(List.of(kept, shared, registered, lately)).allMatch(this::held);
        assertThat(content(run, "second")).startsWith("shared");
    }

    @Test
    void takesItCalmlyWhenContentIsMissing() throws IOException {
        String run = run();
        String gone = upload(run, "gone", "gone");
        String other = upload(run, "other", "other");
        remove(run, "gone");
        remove(run, "other");
        age();
        Files.delete(file(gone));

        collect(false).body("blobs", equalTo(2)).body("missing", equalTo(1));

        assertThat(held(other)).isFalse();
        assertThat(postgres.single("select count(*) from registry.blob where sha256 = '" + gone + "'"))
                .isEqualTo("0");
    }

    @Test
    void answers404ForAFileWhoseContentIsMissing() throws IOException {
        String run = run();
        Files.delete(file(upload(run, "lost", "lost " + run)));

        as(TestTokens.VIEWER)
                .get("/api/v1/runs/" + run + "/artifacts/lost")
                .then()
                .statusCode(404);
    }

    @Test
    void storesAnewWhatWasCollectedBefore() {
        String run = run();
        upload(run, "a", "again");
        remove(run, "a");
        age();
        collect(false).body("blobs", equalTo(1));

        upload(run, "a", "again");

        assertThat(content(run, "a")).isEqualTo("again");
    }

    @Test
    void keepsPartsOfAnUploadUntilItIsForgotten() {
        String run = run();
        String location = "0/" + run + "/artifacts";
        String upload = as(TestTokens.ENGINEER)
                .contentType(ContentType.JSON)
                .body(Map.of("path", "/home/me/big.bin", "num_parts", 2))
                .post("/api/2.0/mlflow-artifacts/mpu/create/" + location)
                .then()
                .statusCode(200)
                .extract()
                .path("upload_id");
        as(TestTokens.ENGINEER)
                .body("part".getBytes(StandardCharsets.UTF_8))
                .put("/api/2.0/mlflow-artifacts/parts/" + upload + "/1")
                .then()
                .statusCode(200);
        age();
        collect(false).body("blobs", equalTo(0));

        as(TestTokens.ENGINEER)
                .contentType(ContentType.JSON)
                .body(Map.of("path", "big.bin", "upload_id", upload))
                .post("/api/2.0/mlflow-artifacts/mpu/abort/" + location)
                .then()
                .statusCode(200);

        collect(false).body("blobs", equalTo(1)).body("bytes", equalTo(4));
    }

    /** Content that is garbage at this very moment is sent again and again while it is collected again and again. */
    @Test
    void losesNothingThatIsSentWhileItIsCollected() throws Exception {
        int rounds = 25;
        String run = run();
        var threads = Executors.newFixedThreadPool(5);
        try {
            for (int round = 0; round < rounds; round++) {
                String text = "round " + round;
                upload(run, "seed", text);
                remove(run, "seed");
                age();
                String[] paths = {"a" + round, "b" + round};
                List<Callable<Void>> calls = List.of(
                        () -> {
                            upload(run, paths[0], text);
                            return null;
                        },
                        () -> {
                            collect(false);
                            return null;
                        },
                        () -> {
                            upload(run, paths[1], text);
                            return null;
                        },
                        () -> {
                            collect(false);
                            return null;
                        });
                for (var done : threads.invokeAll(calls)) {
                    done.get();
                }

                assertThat(content(run, paths[0])).isEqualTo(text);
                assertThat(content(run, paths[1])).isEqualTo(text);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Holds the collector in the middle: row gone, content still there, nothing committed. */
    @Test
    void anUploadWaitsForTheCollectorAndStoresAnew() throws Exception {
        String run = run();
        String sha256 = upload(run, "seed", "held");
        remove(run, "seed");
        age();
        var threads = Executors.newSingleThreadExecutor();
        try (var connection = postgres.connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("delete from registry.blob where sha256 = '" + sha256 + "'");

            var upload = threads.submit(() -> upload(run, "sent", "held"));
            Eventually.holds(
                    "the upload waits",
                    () -> "t"
                            .equals(postgres.single("select exists (select 1 from pg_stat_activity where datname = "
                                    + "current_database() and wait_event_type = 'Lock')")));
            Files.delete(file(sha256));
            connection.commit();

            assertThat(upload.get()).isEqualTo(sha256);
        } finally {
            threads.shutdownNow();
        }

        assertThat(content(run, "sent")).isEqualTo("held");
    }

    @Test
    void isForAdministrators() {
        for (String token : List.of(TestTokens.ENGINEER, TestTokens.APPROVER, TestTokens.VIEWER)) {
            as(token).post("/api/v1/artifacts/gc?dryRun=true").then().statusCode(403);
        }
    }

    private void age() {
        postgres.execute("update registry.blob set touched_at = now() - interval '2 days'");
    }

    private Path file(String sha256) {
        return Path.of(data, "blobs", sha256.substring(0, 2), sha256);
    }

    private boolean held(String sha256) {
        return Files.exists(file(sha256));
    }

    private static ValidatableResponse collect(boolean dryRun) {
        return as(TestTokens.ADMIN)
                .post("/api/v1/artifacts/gc?dryRun=" + dryRun)
                .then()
                .statusCode(200);
    }

    private static String run() {
        return as(TestTokens.ENGINEER)
                .contentType(ContentType.JSON)
                .body(Map.of("experimentName", "garbage", "name", "run"))
                .post("/api/v1/runs")
                .then()
                .statusCode(201)
                .extract()
                .path("runId");
    }

    private static String upload(String run, String path, String content) {
        return as(TestTokens.ENGINEER)
                .contentType("application/octet-stream")
                .body(content.getBytes(StandardCharsets.UTF_8))
                .put("/api/v1/runs/" + run + "/artifacts/" + path)
                .then()
                .statusCode(200)
                .extract()
                .path("sha256");
    }

    private static void remove(String run, String path) {
        as(TestTokens.ENGINEER)
                .delete("/api/2.0/mlflow-artifacts/artifacts/0/" + run + "/artifacts/" + path)
                .then()
                .statusCode(200);
    }

    private static String content(String run, String path) {
        return as(TestTokens.VIEWER)
                .get("/api/v1/runs/" + run + "/artifacts/" + path)
                .then()
                .statusCode(200)
                .extract()
                .asString();
    }

    private static RequestSpecification as(String token) {
        return given().header("Authorization", "Bearer " + token);
    }
}
