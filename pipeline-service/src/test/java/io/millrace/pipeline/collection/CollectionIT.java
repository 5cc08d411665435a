package io.millrace.pipeline.collection;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.millrace.common.testing.PostgresForTests;
import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.millrace.pipeline.definition.DefinitionService;
import io.millrace.pipeline.definition.Yaml;
import io.millrace.pipeline.run.RunService;
import io.millrace.pipeline.step.ArtifactFiles;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(
        value = PostgresTestResource.class,
        restrictToAnnotatedClass = true,
        initArgs = {
            @ResourceArg(name = "service", value = "pipeline"),
            @ResourceArg(name = "millrace.pipeline.run.every", value = "off"),
            @ResourceArg(name = "millrace.pipeline.run.heartbeat-every", value = "off")
        })
class CollectionIT {

    @Inject
    RunService runs;

    @Inject
    DefinitionService definitions;

    @Inject
    ArtifactFiles files;

    @TempDir
    Path folder;

    PostgresForTests postgres;

    @Test
    void keepsWhatRunsVersionsAndTheCacheNeedAndDeletesTheRestThatIsOld() throws Exception {
        String queued = old("queued");
        String registered = old("registered");
        String cached = old("cached");
        String outdated = old("an output nobody takes over any more");
        String unnamed = old("never named");
        String young = put("young");
        output("queued", queued, "null", "now()", "state = 'QUEUED'");
        output(
                "registered",
                registered,
                "null",
                "now() - interval '300 days'",
                ended("SUCCEEDED") + ", registered_version = 1");
        output("cached", cached, "'key'", "now() - interval '20 days'", ended("FAILED"));
        output("outdated", outdated, "'key'", "now() - interval '40 days'", ended("FAILED"));

        long bytes = "an output nobody takes over any more".length() + "never named".length();
        collect("{}", 200)
                .body("dryRun", equalTo(true))
                .body("files", equalTo(2))
                .body("bytes", equalTo((int) bytes))
                .body("kept", equalTo(4));
        assertThat(files.path(unnamed)).exists();

        collect("{\"dryRun\": false}", 200).body("files", equalTo(2)).body("kept", equalTo(4));
        assertThat(files.path(outdated)).doesNotExist();
        assertThat(files.path(unnamed)).doesNotExist();
        for (String kept : new String[] {queued, registered, cached, young}) {
            assertThat(files.holds(kept)).isTrue();
        }

        // Making sure of a file makes it young again: a step may be about to name it.
        String again = old("again");
        assertThat(put("again")).isEqualTo(again);
        String reused = old("reused");
        assertThat(files.holds(reused)).isTrue();
        collect("{\"dryRun\": false}", 200).body("files", equalTo(0));
    }

    @Test
    void isForAdministrators() {
        given().header("Authorization", "Bearer " + TestTokens.ENGINEER)
                .contentType(ContentType.JSON)
                .body("{}")
                .post("/api/v1/step-files/collect")
                .then()
                .statusCode(403);
        collect("{\"dryRum\": false}", 400);
    }

    private static ValidatableResponse collect(String body, int status) {
        return given().header("Authorization", "Bearer " + TestTokens.ADMIN)
                .contentType(ContentType.JSON)
                .body(body)
                .post("/api/v1/step-files/collect")
                .then()
                .statusCode(status);
    }

    private String put(String content) throws Exception {
        return files.put(Files.writeString(folder.resolve("file"), content));
    }

    private String old(String content) throws Exception {
        String sha256 = put(content);
        Instant lastMonth = Clock.systemUTC().instant().minus(Duration.ofDays(30));
        Files.setLastModifiedTime(files.path(sha256), FileTime.from(lastMonth));
        return sha256;
    }

    private static String ended(String state) {
        return "state = '" + state + "', finished_at = now()";
    }

    /** A run whose data step gave a file. */
    private void output(String name, String sha256, String cacheKey, String finished, String run) {
        definitions.save(name, Yaml.minimal(name, ""), "test");
        var id = runs.queue(new RunService.Wish(
                        name, "manual", name, Instant.parse("2026-05-01T00:00:00Z"), "user:test", "test"))
                .id();
        postgres.execute(
                "update pipeline.step_run set state = 'SUCCEEDED', output = '{\"snapshot\": \"" + sha256
                        + "\"}', cache_key = " + cacheKey + ", finished_at = " + finished
                        + " where step = 'data' and run_id = '" + id + "'",
                "update pipeline.run set " + run + " where id = '" + id + "'");
    }
}
