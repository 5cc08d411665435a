package io.millrace.common.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.common.probe.TestClock;
import io.millrace.common.testing.PostgresForTests;
import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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
class OutboxIT {

    private static final String URL = "millrace.serving-url";

    /** What the target was sent. */
    private record Received(String method, String path, String key, String authorization, String body) {}

    PostgresForTests postgres;

    @Inject
    Outbox outbox;

    @Inject
    OutboxService service;

    @Inject
    OutboxJob job;

    @Inject
    TestClock clock;

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private HttpServer target;
    private volatile int status = 200;
    private volatile String answer = "{\"id\": 7}";

    @BeforeEach
    void startTarget() throws IOException {
        postgres.execute("truncate pipeline.outbox");
        target = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        target.createContext("/", this::answer);
        target.start();
        System.setProperty(URL, "http://127.0.0.1:" + target.getAddress().getPort());
    }

    @AfterEach
    void stopTarget() {
        target.stop(0);
        System.clearProperty(URL);
    }

    private void answer(HttpExchange exchange) throws IOException {
        received.add(new Received(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                exchange.getRequestHeaders().getFirst("Idempotency-Key"),
                exchange.getRequestHeaders().getFirst("Authorization"),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private void add(String key) {
        QuarkusTransaction.requiringNew()
                .run(() -> outbox.add("serving", "POST", "/api/v1/x", key, Map.of("n", 1), "alert:" + key));
    }

    private String state(String key) {
        return postgres.single("select concat_ws(' ', attempts, "
                + "case when delivered_at is not null then 'delivered' end, "
                + "case when dead_at is not null then 'dead' end, "
                + "case when claimed_until is not null then 'claimed' end) "
                + "from pipeline.outbox where idempotency_key = '" + key + "'");
    }

    @Test
    void sendsACommandOnceWithItsKeyAndThisServicesToken() {
        add("k1");
        add("k1");

        job.send();
        job.send();

        assertThat(received)
                .containsExactly(new Received("POST", "/api/v1/x", "k1", "Bearer " + TestTokens.SERVICE, "{\"n\": 1}"));
        assertThat(state("k1")).isEqualTo("1 delivered");
        assertThat(postgres.single("select response->>'id' from pipeline.outbox"))
                .isEqualTo("7");
    }

    @Test
    void sendsNothingOfATransactionThatWasRolledBack() {
        assertThatThrownBy(() -> QuarkusTransaction.requiringNew().run(() -> {
                    outbox.add("serving", "POST", "/api/v1/x", "never", Map.of(), "alert:1");
                    throw new IllegalStateException("changed its mind");
                }))
                .hasMessageContaining("changed its mind");

        job.send();

        assertThat(received).isEmpty();
    }

    @Test
    void triesAgainLaterWhenTheTargetIsNotThere() {
        status = 503;
        add("k2");

        job.send();
        job.send();
        assertThat(received).hasSize(1);
        assertThat(state("k2")).isEqualTo("1");
        assertThat(postgres.single("select last_error from pipeline.outbox")).isEqualTo("HTTP 503: {\"id\": 7}");

        clock.mutable().advance(Duration.ofMillis(500));
        status = 200;
        job.send();
        assertThat(received).hasSize(2);
        assertThat(received.get(1)).isEqualTo(received.get(0));
        assertThat(state("k2")).isEqualTo("2 delivered");
    }

    @Test
    void triesAgainWhenNobodyListens() {
        target.stop(0);
        add("k3");

        job.send();

        assertThat(state("k3")).isEqualTo("1");
        assertThat(postgres.single("select last_error from pipeline.outbox")).startsWith("serving cannot be reached");
    }

    @Test
    void givesUpAtOnceWhatTheTargetRefuses() {
        status = 404;
        answer = "no such pipeline";
        add("k4");

        job.send();
        clock.mutable().advance(Duration.ofHours(1));
        job.send();

        assertThat(received).hasSize(1);
        assertThat(state("k4")).isEqualTo("1 dead");
        assertThat(postgres.single("select last_error from pipeline.outbox")).isEqualTo("HTTP 404: no such pipeline");
    }

    @Test
    void givesUpAfterFiftyAttempts() {
        status = 500;
        add("k5");
        postgres.execute("update pipeline.outbox set attempts = " + (OutboxService.MAX_ATTEMPTS - 2));

        job.send();
        assertThat(state("k5")).isEqualTo("49");
        clock.mutable().advance(Duration.ofHours(1));
        job.send();

        assertThat(state("k5")).isEqualTo("50 dead");
    }

    @Test
    void keepsAnAcceptedCommandWhoseAnswerIsNoJson() {
        answer = "<html>";
        add("k6");

        job.send();

        assertThat(state("k6")).isEqualTo("1 delivered");
        assertThat(postgres.single("select response from pipeline.outbox")).isNull();
    }

    @Test
    void leavesAClaimedCommandAloneUntilTheClaimRunsOut() {
        add("k7");
        Command first = service.claim().orElseThrow();

        assertThat(service.claim()).isEmpty();
        clock.mutable().advance(Duration.ofSeconds(31));
        Optional<Command> second = service.claim();

        assertThat(second).isPresent();
        assertThat(second.get().attempts()).isEqualTo(2);
        service.finish(first, new Delivery.Refused("too late to say so"));
        service.finish(first, new Delivery.Unreachable("too late to say so"));
        assertThat(state("k7")).isEqualTo("2 claimed");
        service.finish(second.get(), new Delivery.Accepted(null));
        service.finish(first, new Delivery.Refused("too late to say so"));
        assertThat(state("k7")).isEqualTo("2 delivered");
    }

    @Test
    void waitsLongerAfterEachAttemptUpToFiveMinutes() {
        for (int i = 0; i < 200; i++) {
            assertThat(service.delay(1)).isBetween(Duration.ofMillis(250), Duration.ofMillis(500));
            assertThat(service.delay(4)).isBetween(Duration.ofMillis(2000), Duration.ofMillis(4000));
            assertThat(service.delay(50)).isBetween(Duration.ofSeconds(150), Duration.ofMinutes(5));
        }
    }
}
