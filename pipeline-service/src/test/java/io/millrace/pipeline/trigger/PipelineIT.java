package io.millrace.pipeline.trigger;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import io.millrace.common.testing.PostgresForTests;
import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.millrace.pipeline.definition.Yaml;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.quartz.CronTrigger;
import org.quartz.Scheduler;
import org.quartz.TriggerKey;

/** The wire and the schedules; no worker takes the runs. */
@QuarkusTest
@QuarkusTestResource(
        value = PostgresTestResource.class,
        restrictToAnnotatedClass = true,
        initArgs = {
            @ResourceArg(name = "service", value = "pipeline"),
            @ResourceArg(name = "millrace.pipeline.run.every", value = "off"),
            @ResourceArg(name = "millrace.pipeline.run.heartbeat-every", value = "off")
        })
class PipelineIT {

    private static final String SCHEDULE =
            "triggers: [ { schedule: { cron: '0 3 * * MON', zone: America/New_York, catchUp: latest } } ]\n";

    @Inject
    Scheduler scheduler;

    @Inject
    ScheduleFireJob job;

    PostgresForTests postgres;

    @Test
    void keepsARevisionForEachChange() {
        save("kept", "").then().statusCode(200).body("revision", equalTo(1)).body("model", equalTo("kept"));
        save("kept", "").then().statusCode(200).body("revision", equalTo(1));
        save("kept", "onInconclusive: reject\n").then().body("revision", equalTo(2));

        as(TestTokens.VIEWER)
                .get("/api/v1/pipelines/kept")
                .then()
                .statusCode(200)
                .body("yaml", containsString("onInconclusive: reject"));
        as(TestTokens.VIEWER).get("/api/v1/pipelines").then().body("items.name", hasItem("kept"));
    }

    @Test
    void answers400WithLineAndColumn() {
        save("wrong", "gatez: []\n")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("errors[0].pointer", equalTo("/gatez"))
                .body("errors[0].line", equalTo(9))
                .body("errors[0].column", equalTo(1))
                .body("errors[0].message", containsString("did you mean 'gates'?"));
    }

    @Test
    void refusesAYamlOfAnotherName() {
        as(TestTokens.ENGINEER)
                .contentType("application/yaml")
                .body(Yaml.minimal("one", "").getBytes(UTF_8))
                .put("/api/v1/pipelines/two")
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo("/metadata/name"));
    }

    @Test
    void plansWithoutSaving() {
        as(TestTokens.ENGINEER)
                .contentType("application/yaml")
                .body(Yaml.minimal("planned", SCHEDULE).getBytes(UTF_8))
                .post("/api/v1/pipelines/planned/plan")
                .then()
                .statusCode(200)
                .body("steps", not(hasItem("deploy")))
                .body("nextFireTimes", hasSize(5));
        as(TestTokens.VIEWER).get("/api/v1/pipelines/planned").then().statusCode(404);
    }

    @Test
    void letsOnlyThoseInWhoMay() {
        given().get("/api/v1/pipelines").then().statusCode(401);
        as(TestTokens.VIEWER)
                .contentType("application/yaml")
                .body(Yaml.minimal("no", "").getBytes(UTF_8))
                .put("/api/v1/pipelines/no")
                .then()
                .statusCode(403);
        as(TestTokens.ENGINEER)
                .contentType("application/json")
                .body("{\"approve\":true,\"reason\":\"me\"}")
                .post("/api/v1/runs/00000000-0000-0000-0000-000000000000/decide")
                .then()
                .statusCode(403);
    }

    @Test
    void startsARunOnceForAKeyAndCancelsIt() {
        save("started", "");
        String body = "{\"trigger\":\"drift\",\"causedBy\":\"alert:7\",\"params\":{\"asOf\":\"2026-05-01T00:00:00Z\"}}";
        String id = start("started", "7", body)
                .then()
                .statusCode(202)
                .body("state", equalTo("QUEUED"))
                .body("causedBy", equalTo("alert:7"))
                .body("params.asOf", equalTo("2026-05-01T00:00:00Z"))
                .body("steps", hasSize(8))
                .extract()
                .path("id");

        start("started", "7", body).then().statusCode(202).body("id", equalTo(id));
        start("started", "7", body.replace("alert:7", "alert:8")).then().statusCode(422);
        as(TestTokens.VIEWER)
                .get("/api/v1/runs?pipeline=started&state=QUEUED")
                .then()
                .statusCode(200)
                .body("items.id", hasItem(id));
        as(TestTokens.ENGINEER)
                .post("/api/v1/runs/" + id + "/cancel")
                .then()
                .statusCode(200)
                .body("state", equalTo("CANCELLED"));
        as(TestTokens.APPROVER)
                .contentType("application/json")
                .body("{\"approve\":true,\"reason\":\"late\"}")
                .post("/api/v1/runs/" + id + "/decide")
                .then()
                .statusCode(409);
    }

    @Test
    void answers400And404ForWhatCannotBeStarted() {
        start("absent", "k", "{}").then().statusCode(404);
        save("strict", "");
        start("strict", "k", "{\"trigger\":\"schedule\"}").then().statusCode(400);
        start("strict", "k", "{\"params\":{\"asof\":\"2026-05-01T00:00:00Z\"}}")
                .then()
                .statusCode(400);
        start("strict", "k", "{\"causedBy\":\"nobody\"}").then().statusCode(400);
        as(TestTokens.VIEWER).get("/api/v1/runs?state=DONE").then().statusCode(400);
        as(TestTokens.VIEWER).get("/api/v1/runs?pageToken=x").then().statusCode(400);
    }

    @Test
    void givesQuartzTheSchedulesOfTheLatestRevision() throws Exception {
        save("scheduled", SCHEDULE);
        CronTrigger trigger = (CronTrigger) scheduler.getTrigger(TriggerKey.triggerKey("scheduled-0", "pipeline"));
        assertThat(trigger.getCronExpression()).isEqualTo("0 0 3 ? * 2");
        assertThat(trigger.getTimeZone().getID()).isEqualTo("America/New_York");
        assertThat(trigger.getMisfireInstruction()).isEqualTo(CronTrigger.MISFIRE_INSTRUCTION_FIRE_ONCE_NOW);
        assertThat(postgres.single(
                        "select count(*) from pipeline.qrtz_cron_triggers where trigger_name = 'scheduled-0'"))
                .isEqualTo("1");

        save("scheduled", "");
        assertThat(scheduler.checkExists(TriggerKey.triggerKey("scheduled-0", "pipeline")))
                .isFalse();
    }

    @Test
    void makesOneRunOfAnInstantThatFiresTwice() throws Exception {
        save("twice", SCHEDULE);
        Instant monday = Instant.parse("2026-05-04T07:00:00Z");

        job.fire("twice", "0 3 * * MON", "America/New_York", monday, 0);
        job.fire("twice", "0 3 * * MON", "America/New_York", monday, 0);
        // What Quartz says when it makes up for a missed instant: now.
        job.fire("twice", "0 3 * * MON", "America/New_York", monday.plusSeconds(7200), 0);

        assertThat(postgres.single("select count(*) from pipeline.run where pipeline = 'twice'"))
                .isEqualTo("1");
        assertThat(postgres.single("select params ->> 'asOf' from pipeline.run where pipeline = 'twice'"))
                .isEqualTo("2026-05-04T07:00:00Z");
        assertThat(postgres.single("select caused_by from pipeline.run where pipeline = 'twice'"))
                .isEqualTo("schedule:twice/2026-05-04T07:00:00Z");
    }

    private static Response save(String name, String more) {
        return as(TestTokens.ENGINEER)
                .contentType("application/yaml")
                .body(Yaml.minimal(name, more).getBytes(UTF_8))
                .put("/api/v1/pipelines/" + name);
    }

    private static Response start(String pipeline, String key, String body) {
        return as(TestTokens.ENGINEER)
                .contentType("application/json")
                .header("Idempotency-Key", key)
                .body(body)
                .post("/api/v1/pipelines/" + pipeline + "/runs");
    }

    private static io.restassured.specification.RequestSpecification as(String token) {
        return given().header("Authorization", "Bearer " + token);
    }
}
