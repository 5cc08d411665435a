package io.millrace.common.idempotency;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.common.testing.PostgresForTests;
import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = PostgresTestResource.class,
        initArgs = {
            @ResourceArg(name = "service", value = "pipeline"),
            @ResourceArg(name = "millrace.schema", value = "pipeline"),
            @ResourceArg(name = "millrace.outbox.every", value = "off"),
            @ResourceArg(name = "quarkus.http.test-port", value = "0"),
            @ResourceArg(name = "quarkus.datasource.jdbc.acquisition-timeout", value = "1S")
        })
class IdempotencyIT {

    PostgresForTests postgres;

    @Inject
    IdempotencyService idempotency;

    private final AtomicInteger executions = new AtomicInteger();

    private String once(String key, Object request) {
        return idempotency.once("op", key, request, String.class, () -> "answer " + executions.incrementAndGet());
    }

    private long kept(String key) {
        return Long.parseLong(
                postgres.single("select count(*) from pipeline.idempotency_key where key = '" + key + "'"));
    }

    @Test
    void givesTheFirstAnswerAgain() {
        assertThat(once("a", Map.of("x", 1))).isEqualTo("answer 1");
        assertThat(once("a", Map.of("x", 1))).isEqualTo("answer 1");
        assertThat(once("b", Map.of("x", 1))).isEqualTo("answer 2");
        assertThat(idempotency.once("other", "a", Map.of("x", 1), String.class, () -> "other"))
                .isEqualTo("other");
    }

    @Test
    void refusesAnotherRequestUnderTheSameKey() {
        once("c", Map.of("x", 1));

        assertThatThrownBy(() -> once("c", Map.of("x", 2)))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNPROCESSABLE));
        assertThat(executions).hasValue(1);
    }

    @Test
    void runsEveryTimeWithoutAKey() {
        assertThat(once(null, "r")).isEqualTo("answer 1");
        assertThat(once(null, "r")).isEqualTo("answer 2");
    }

    @Test
    void refusesKeysOutOfBounds() {
        assertThatThrownBy(() -> once(" ", "r")).hasMessageContaining("must be 1 to 200 characters");
        assertThatThrownBy(() -> once("k".repeat(201), "r")).hasMessageContaining("must be 1 to 200 characters");
        assertThat(once("k".repeat(200), "r")).isEqualTo("answer 1");
    }

    @Test
    void keepsNothingOfACommandThatFailed() {
        assertThatThrownBy(() -> idempotency.once("op", "f", "r", String.class, () -> {
                    throw PlatformException.conflict("not now");
                }))
                .hasMessage("not now");

        assertThat(kept("f")).isZero();
        assertThat(once("f", "r")).isEqualTo("answer 1");
    }

    @Test
    void makesASecondSenderWaitForTheAnswerOfTheFirst() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<String> first = threads.submit(() -> idempotency.once("op", "w", "r", String.class, () -> {
                inside.countDown();
                await(goOn);
                return "answer " + executions.incrementAndGet();
            }));
            await(inside);
            Future<String> second = threads.submit(() -> once("w", "r"));
            waitForALock();
            assertThat(second.isDone()).isFalse();

            goOn.countDown();

            assertThat(first.get()).isEqualTo("answer 1");
            assertThat(second.get()).isEqualTo("answer 1");
            assertThat(executions).hasValue(1);
        } finally {
            threads.shutdownNow();
        }
    }

    private void waitForALock() throws Exception {
        io.millrace.common.testing.Eventually.holds(
                "the second sender waits",
                () -> !"0"
                        .equals(postgres.single("select count(*) from pg_stat_activity "
                                + "where wait_event_type = 'Lock' and query like '%idempotency_key%'")));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Test
    void forgetsKeysAfterThirtyDays() {
        once("old", "r");
        once("new", "r");
        postgres.execute(
                "update pipeline.idempotency_key set created_at = now() - interval '31 days' where key = 'old'");

        assertThat(idempotency.purge()).isEqualTo(1);

        assertThat(kept("old")).isZero();
        assertThat(kept("new")).isOne();
    }

    @Test
    void worksThroughTheHeaderOverHttp() {
        List<Response> answers = List.of(post("{\"name\":\"a\"}"), post("{ \"name\" : \"a\" }"));

        assertThat(answers.get(0).statusCode()).isEqualTo(200);
        assertThat(answers.get(1).asString()).isEqualTo(answers.get(0).asString());
        post("{\"name\":\"b\"}")
                .then()
                .statusCode(422)
                .body("type", equalTo("/problems/unprocessable"))
                .body("detail", containsString("http-1"));
    }

    private static Response post(String body) {
        return given().header("Authorization", "Bearer " + TestTokens.ENGINEER)
                .header("Idempotency-Key", "http-1")
                .contentType(ContentType.JSON)
                .body(body)
                .post("/api/v1/probe/once");
    }
}
