package io.millrace.common.event;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.common.error.StoreFailure;
import io.millrace.common.probe.TestClock;
import io.millrace.common.testing.Eventually;
import io.millrace.common.testing.PostgresForTests;
import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Events that a consumer cannot handle: tried three times here, then set aside; never for an outage. */
@QuarkusTest
@QuarkusTestResource(
        value = PostgresTestResource.class,
        initArgs = {
            @ResourceArg(name = "service", value = "pipeline"),
            @ResourceArg(name = "millrace.schema", value = "pipeline"),
            @ResourceArg(name = "millrace.outbox.every", value = "off"),
            @ResourceArg(name = "millrace.event.attempts", value = "3"),
            @ResourceArg(name = "millrace.event.first-pause", value = "PT0.02S"),
            @ResourceArg(name = "quarkus.http.test-port", value = "0"),
            @ResourceArg(name = "quarkus.datasource.jdbc.acquisition-timeout", value = "1S")
        },
        restrictToAnnotatedClass = true)
class DeadEventsIT {

    PostgresForTests postgres;

    @Inject
    EventDeliveryService delivery;

    @Inject
    Courier courier;

    @Inject
    EventConfig config;

    @Inject
    MeterRegistry meters;

    @Inject
    TestClock clock;

    /** Handles events of its own type; a subject may be told to fail. */
    private static final class Picky implements EventConsumer {

        private final String name;
        private final List<String> handled = new ArrayList<>();
        private final List<String> tried = new ArrayList<>();
        private final Map<String, RuntimeException> failing = new ConcurrentHashMap<>();

        Picky(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String source() {
            return "registry";
        }

        @Override
        public void handle(Event event) {
            if (!event.type().equals(name)) {
                return;
            }
            tried.add(event.subject());
            RuntimeException failure = failing.get(event.subject());
            if (failure != null) {
                throw failure;
            }
            handled.add(event.subject());
        }
    }

    @Test
    void setsAPoisonousEventAsideAfterItsAttemptsAndGoesOnInOrder() throws Exception {
        Picky consumer = started("poison");
        consumer.failing.put("second", new IllegalStateException("cannot be read"));
        append("poison", "first", "second", "third");
        double before = dead("poison");

        Eventually.holds("the third is handled", () -> {
            clock.mutable().advance(Duration.ofMinutes(1));
            while (courier.carry(consumer)) {
                assertThat(consumer.handled).isSubsetOf("first", "third");
            }
            return consumer.handled.contains("third");
        });

        assertThat(consumer.tried).containsExactly("first", "second", "second", "second", "third");
        assertThat(delivery.dead(100))
                .filteredOn(d -> d.consumer().equals("poison"))
                .singleElement()
                .satisfies(d -> {
                    assertThat(d.subject()).isEqualTo("second");
                    assertThat(d.attempts()).isEqualTo(3);
                    assertThat(d.error()).contains("IllegalStateException: cannot be read");
                });
        assertThat(dead("poison") - before).isEqualTo(1);
        given().get("/q/health/ready")
                .then()
                .statusCode(200)
                .body("checks.find { it.name == 'events' }.status", org.hamcrest.Matchers.equalTo("UP"))
                .body("checks.find { it.name == 'events' }.data.dead", org.hamcrest.Matchers.greaterThan(0));
    }

    @Test
    void waitsLongerAfterEachFailureAndLetsNothingPassMeanwhile() throws Exception {
        Picky consumer = started("patient");
        consumer.failing.put("first", new IllegalStateException("no"));
        append("patient", "first", "second");
        Eventually.holds("the first is tried", () -> {
            courier.carry(consumer);
            return !consumer.tried.isEmpty();
        });

        clock.mutable().advance(Duration.ofMillis(19));
        assertThat(courier.carry(consumer)).isFalse();
        assertThat(consumer.tried).hasSize(1);
        clock.mutable().advance(Duration.ofMillis(1));
        assertThat(courier.carry(consumer)).isFalse();
        assertThat(consumer.tried).containsExactly("first", "first");
        clock.mutable().advance(Duration.ofMillis(39));
        assertThat(courier.carry(consumer)).isFalse();
        assertThat(consumer.tried).hasSize(2);

        consumer.failing.clear();
        clock.mutable().advance(Duration.ofMillis(1));
        Eventually.holds("both are handled", () -> {
            courier.carry(consumer);
            return consumer.handled.size() == 2;
        });
        assertThat(consumer.handled).containsExactly("first", "second");
        assertThat(postgres.single("select count(*) from pipeline.event_failure where consumer = 'patient'"))
                .isEqualTo("0");

        assertThat(List.of(config.pause(1), config.pause(2), config.pause(3), config.pause(1000)))
                .containsExactly(
                        Duration.ofMillis(20), Duration.ofMillis(40), Duration.ofMillis(80), Duration.ofMinutes(5));
    }

    @Test
    void neverSetsAnEventAsideForAnOutage() throws Exception {
        Picky consumer = started("outage");
        append("outage", "only");
        List<RuntimeException> outages = List.of(
                new PlatformException(ErrorCode.UPSTREAM_UNAVAILABLE, "the service is away"),
                StoreFailure.of("write", new SQLException("terminating connection", "57P01")),
                StoreFailure.of("write", new SQLException("deadlock detected", "40P01")),
                new IllegalStateException(new java.net.ConnectException("refused")));
        for (RuntimeException outage : outages) {
            consumer.failing.put("only", outage);
            int before = consumer.tried.size();
            for (int i = 0; i < 5; i++) {
                Eventually.holds("it is tried again", () -> {
                    int tried = consumer.tried.size();
                    courier.carry(consumer);
                    return consumer.tried.size() > tried;
                });
            }
            assertThat(consumer.tried.size() - before).isEqualTo(5);
        }
        assertThat(postgres.single("select count(*) from pipeline.event_failure where consumer = 'outage'"))
                .isEqualTo("0");

        consumer.failing.clear();
        postgres.dropConnections();
        Eventually.holds("it is handled", () -> {
            courier.carry(consumer);
            return !consumer.handled.isEmpty();
        });
        assertThat(consumer.handled).containsExactly("only");
    }

    @Test
    void deliversADeadEventAgainOnAPersonsWord() throws Exception {
        Picky consumer = started("again");
        consumer.failing.put("first", new IllegalStateException("the bug"));
        append("again", "first", "second");
        Eventually.holds("the second is handled", () -> {
            clock.mutable().advance(Duration.ofMinutes(1));
            courier.carry(consumer);
            return consumer.handled.contains("second");
        });
        DeadEventService events = new DeadEventService(delivery, List.of(consumer));
        UUID id = events.list(100).stream()
                .filter(d -> d.consumer().equals("again"))
                .findFirst()
                .orElseThrow()
                .eventId();

        assertThatThrownBy(() -> events.redeliver("again", id)).isInstanceOfSatisfying(PlatformException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.UNPROCESSABLE);
            assertThat(e.detail()).isEqualTo("The event still cannot be handled: the bug");
        });
        assertThat(postgres.single("select attempts || ' ' || (dead_at is not null) from pipeline.event_failure "
                        + "where consumer = 'again'"))
                .isEqualTo("4 true");

        consumer.failing.clear();
        events.redeliver("again", id);
        assertThat(consumer.handled).containsExactly("second", "first");
        assertThatThrownBy(() -> events.redeliver("again", id))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
    }

    @Test
    void letsOnlyAdministratorsDeliverAgain() {
        String call = "/api/v1/dead-events/nobody/" + UUID.randomUUID() + "/redeliver";
        given().post(call).then().statusCode(401);
        given().header("Authorization", "Bearer " + TestTokens.ENGINEER)
                .post(call)
                .then()
                .statusCode(403);
        given().header("Authorization", "Bearer " + TestTokens.ADMIN)
                .post(call)
                .then()
                .statusCode(404);
        given().header("Authorization", "Bearer " + TestTokens.VIEWER)
                .get("/api/v1/dead-events")
                .then()
                .statusCode(200);
    }

    private Picky started(String name) throws Exception {
        Picky consumer = new Picky(name);
        delivery.start(consumer);
        return consumer;
    }

    private double dead(String consumer) {
        return meters.counter("millrace.event.dead", "consumer", consumer, "source", "registry")
                .count();
    }

    private void append(String type, String... subjects) {
        for (String subject : subjects) {
            postgres.execute("insert into registry.event (type, subject, data, caused_by) values ('" + type + "', '"
                    + subject + "', '{}', 'test')");
        }
    }
}
