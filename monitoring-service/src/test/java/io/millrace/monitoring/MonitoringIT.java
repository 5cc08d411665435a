package io.millrace.monitoring;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import io.millrace.common.testing.Eventually;
import io.millrace.common.testing.PostgresForTests;
import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.millrace.monitoring.alert.Alert.Subject;
import io.millrace.monitoring.alert.AlertKind;
import io.millrace.monitoring.alert.AlertService;
import io.millrace.statistics.drift.Profile;
import io.millrace.statistics.drift.ProfileBuilder;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From logged predictions to windows, alerts and retraining requests, on the store that the services share. */
@QuarkusTest
@QuarkusTestResource(
        value = PostgresTestResource.class,
        initArgs = {
            @ResourceArg(name = "service", value = "monitoring"),
            @ResourceArg(name = "millrace.monitoring.window.every", value = "100ms"),
            @ResourceArg(name = "millrace.monitoring.window.settle", value = "PT0S"),
            @ResourceArg(name = "millrace.monitoring.quality.every", value = "100ms"),
            @ResourceArg(name = "millrace.monitoring.retraining.every", value = "100ms")
        })
class MonitoringIT {

    private static final Instant DAY = Instant.parse("2026-03-02T00:00:00Z");
    private static final Duration WIDTH = Duration.ofDays(1);

    @Inject
    AlertService alertService;

    PostgresForTests postgres;

    @Test
    void measuresAWindowAsScipyAndNumpyDo() throws Exception {
        Traffic traffic = watched("measured", Map.of("retrain", Map.of("mode", "off")));
        traffic.version(1, uniform());
        for (int j = 0; j < 400; j++) {
            traffic.prediction(1, DAY.plusSeconds(j), Map.of("x", squared(j)), null);
        }
        traffic.prediction(1, DAY.plus(WIDTH).plusSeconds(3600), Map.of("x", 0.5), null);

        String id = windows("measured", 1)
                .body("items[0].state", equalTo("drifted"))
                .extract()
                .path("items[0].id");
        List<Map<String, Object>> results = as(TestTokens.VIEWER)
                .get("/api/v1/windows/" + id)
                .then()
                .body("rowCount", equalTo(400))
                .body("startsAt", equalTo("2026-03-02T00:00:00Z"))
                .body("endsAt", equalTo("2026-03-03T00:00:00Z"))
                .extract()
                .path("results");
        // numpy: deciles of the reference, 400 current rows; scipy.stats.ks_2samp of the same rows.
        assertThat(value(results, "psi")).isCloseTo(0.38032111861751394, within(1e-6));
        assertThat(value(results, "ks")).isCloseTo(0.251, within(1e-6));
    }

    @Test
    void holdsAWindowsStartAndNotItsEndAndCountsEachRowOnce() throws Exception {
        Traffic traffic = watched("borders", Map.of("minRows", 1));
        traffic.version(1, uniform());
        traffic.prediction(1, DAY, Map.of("x", 0.1), null);
        traffic.prediction(1, DAY.plus(WIDTH).minusNanos(1000), Map.of("x", 0.2), null);
        traffic.prediction(1, DAY.plus(WIDTH), Map.of("x", 0.3), null);
        traffic.prediction(1, DAY.plus(WIDTH.multipliedBy(4)), Map.of("x", 0.4), null);

        // The two empty days between have no window, and the newest day is still open.
        windows("borders", 2).body("items.rowCount", equalTo(List.of(1, 2)));
    }

    @Test
    void saysSoWhenThereIsTooLittleOrNothingToCompareWith() throws Exception {
        Traffic traffic = watched("little", Map.of("minRows", 10));
        traffic.version(1, uniform());
        traffic.version(2, null);
        for (int j = 0; j < 20; j++) {
            traffic.prediction(2, DAY.plusSeconds(j), Map.of("x", 9.0), null);
        }
        traffic.prediction(1, DAY, Map.of("x", 9.0), null);
        traffic.prediction(1, DAY.plus(WIDTH.multipliedBy(2)), Map.of("x", 0.4), null);

        windows("little", 2)
                .body("items.find { it.version == 1 }.state", equalTo("insufficient"))
                .body("items.find { it.version == 2 }.state", equalTo("no_reference"));
        alerts("little").body("items", hasSize(0));
    }

    @Test
    void firesOnceAsksForOneRunAndResolvesWhenAllIsWellAgain() throws Exception {
        Traffic traffic = watched("loop", Map.of("retrain", Map.of("mode", "auto", "cooldown", "PT0S")));
        traffic.version(1, uniform());
        drifted(traffic, DAY);
        drifted(traffic, DAY.plus(WIDTH));
        traffic.prediction(1, DAY.plus(WIDTH.multipliedBy(2)), Map.of("x", 0.5), null);

        windows("loop", 2);
        String alert = alerts("loop")
                .body("items", hasSize(1))
                .body("items[0].state", equalTo("firing"))
                .body("items[0].kind", equalTo("drift"))
                .extract()
                .path("items[0].id");
        requests("loop")
                .body("items", hasSize(1))
                .body("items[0].alertId", equalTo(alert))
                .body("items[0].asOf", equalTo("2026-03-03T00:00:00Z"));
        assertThat(postgres.single("select idempotency_key from monitoring.outbox where path like '%/loop/runs'"))
                .isEqualTo(alert);

        UUID run = UUID.randomUUID();
        postgres.execute("update monitoring.retraining_request set state = 'running', run_id = '" + run
                + "' where model = 'loop'");
        finish(run, alert);
        Eventually.holds(
                "the request ends",
                () -> requests("loop").extract().<String>path("items[0].state").equals("finished"));

        for (int j = 0; j < 400; j++) {
            traffic.prediction(1, DAY.plus(WIDTH.multipliedBy(2)).plusSeconds(j), Map.of("x", j / 400.0), null);
        }
        traffic.prediction(1, DAY.plus(WIDTH.multipliedBy(3)), Map.of("x", 0.5), null);
        windows("loop", 3);
        alerts("loop").body("items", hasSize(1)).body("items[0].state", equalTo("resolved"));
    }

    @Test
    void coolsDownBetweenRuns() throws Exception {
        Traffic traffic = watched("cool", Map.of("retrain", Map.of("mode", "auto", "cooldown", "P30D")));
        traffic.version(1, uniform());
        drifted(traffic, DAY);
        traffic.prediction(1, DAY.plus(WIDTH), Map.of("x", 0.5), null);
        windows("cool", 1);
        UUID run = UUID.randomUUID();
        postgres.execute(
                "update monitoring.retraining_request set state = 'finished', outcome = 'SUCCEEDED', finished_at = now(), run_id = '"
                        + run + "' where model = 'cool'");

        drifted(traffic, DAY.plus(WIDTH));
        traffic.prediction(1, DAY.plus(WIDTH.multipliedBy(2)), Map.of("x", 0.5), null);
        windows("cool", 2);
        requests("cool").body("items", hasSize(1));
    }

    @Test
    void learnsNothingFromAColumnThatStoppedArriving() throws Exception {
        Traffic traffic = watched("nulls", Map.of("retrain", Map.of("mode", "auto", "cooldown", "PT0S")));
        traffic.version(1, uniform());
        for (int j = 0; j < 400; j++) {
            Map<String, Object> row = new HashMap<>();
            row.put("x", j % 2 == 0 ? null : 5.0);
            traffic.prediction(1, DAY.plusSeconds(j), row, null);
        }
        traffic.prediction(1, DAY.plus(WIDTH), Map.of("x", 0.5), null);

        windows("nulls", 1);
        alerts("nulls").body("items.kind", hasItem("nulls")).body("items.kind", hasItem("drift"));
        requests("nulls").body("items", hasSize(0));
    }

    @Test
    void measuresQualityFromLateAndCorrectedLabels() throws Exception {
        Traffic traffic =
                watched("quality", Map.of("minRows", 2, "quality", Map.of("metric", "roc_auc", "limit", 0.7)));
        traffic.version(1, uniform());
        double[] scores = {0.1, 0.4, 0.35, 0.8};
        double[] truth = {0, 0, 1, 1};
        UUID[] ids = new UUID[4];
        for (int i = 0; i < 4; i++) {
            ids[i] = traffic.prediction(1, DAY.plusSeconds(i), Map.of("x", 0.5), scores[i]);
            traffic.truth(ids[i], 1, truth[i]);
        }
        // sklearn: roc_auc_score, log_loss and brier_score_loss of these four rows.
        quality("quality", "roc_auc", 0.75);
        quality("quality", "log_loss", 0.47228795380917615);
        quality("quality", "brier", 0.158125);
        alerts("quality").body("items", hasSize(0));

        traffic.truth(ids[0], 2, 1);
        quality("quality", "roc_auc", 1 / 3.0);
        quality("quality", "log_loss", 1.021594098143231);
        Eventually.holds(
                "the alert fires",
                () -> !alerts("quality").extract().<List<?>>path("items").isEmpty());
        alerts("quality").body("items[0].kind", equalTo("quality")).body("items[0].summary", containsString("0.3333"));
    }

    @Test
    void pagesAndRefusesTokensOfOtherLists() throws Exception {
        Traffic traffic = watched("paged", Map.of("minRows", 1));
        traffic.version(1, uniform());
        for (int day = 0; day < 4; day++) {
            traffic.prediction(1, DAY.plus(WIDTH.multipliedBy(day)), Map.of("x", 0.5), null);
        }
        windows("paged", 3);
        String url = "/api/v1/windows?endpoint=paged&pageSize=2";
        String token = as(TestTokens.VIEWER)
                .get(url)
                .then()
                .body("items", hasSize(2))
                .extract()
                .path("nextPageToken");
        as(TestTokens.VIEWER).get(url + "&pageToken=" + token).then().body("items", hasSize(1));
        // Keys of one and of two parts that are neither a time nor an id.
        for (String foreign : List.of("MTph", "MTphMTpi", "%%%", "x")) {
            for (String list : List.of("windows", "alerts", "retraining-requests")) {
                given().urlEncodingEnabled(false)
                        .header("Authorization", "Bearer " + TestTokens.VIEWER)
                        .queryParam("pageToken", foreign.replace("%", "%25"))
                        .get("/api/v1/" + list)
                        .then()
                        .statusCode(400)
                        .body("errors[0].pointer", equalTo("/pageToken"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | /model",
                "{\"model\": \"m\", \"window\": \"a day\"} | /window",
                "{\"model\": \"m\", \"window\": \"PT0S\"} | /window",
                "{\"model\": \"m\", \"minRows\": 0} | /minRows",
                "{\"model\": \"m\", \"minRows\": \"many\"} | /minRows",
                "{\"model\": \"m\", \"driftShare\": 2} | /driftShare",
                "{\"model\": \"m\", \"driftShare\": \"NaN\"} | /driftShare",
                "{\"model\": \"m\", \"psi\": {\"warn\": 0.5, \"fire\": 0.1}} | /psi/fire",
                "{\"model\": \"m\", \"psi\": {\"warm\": 0.5}} | /psi/warm",
                "{\"model\": \"m\", \"quality\": {\"metric\": \"charm\", \"limit\": 1}} | /quality/metric",
                "{\"model\": \"m\", \"retrain\": {\"mode\": \"auto\"}} | /pipeline",
                "{\"model\": \"m\", \"retrain\": {\"mode\": \"sometimes\"}} | /retrain/mode",
                "{\"model\": \"m\", \"windows\": 1} | /windows",
            })
    void namesTheFieldOfABadMonitor(String body, String pointer) {
        as(TestTokens.ENGINEER)
                .body(body)
                .put("/api/v1/monitors/bad")
                .then()
                .statusCode(400)
                .body("errors.pointer", hasItem(pointer));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/windows",
                "/api/v1/alerts",
                "/api/v1/monitors",
                "/api/v1/retraining-requests",
                "/api/v1/console/overview"
            })
    void isNotForStrangersNorForWhoOnlyPredicts(String path) {
        given().get(path).then().statusCode(401);
        as("mlr_wrong").get(path).then().statusCode(401);
        as(TestTokens.PREDICTOR).get(path).then().statusCode(403);
        as(TestTokens.VIEWER).get(path).then().statusCode(200);
    }

    @Test
    void letsViewersChangeNothingAndKnowsWhatIsNotThere() {
        as(TestTokens.VIEWER)
                .body("{\"model\": \"m\"}")
                .put("/api/v1/monitors/m")
                .then()
                .statusCode(403);
        as(TestTokens.VIEWER).get("/api/v1/windows/" + UUID.randomUUID()).then().statusCode(404);
        as(TestTokens.VIEWER).get("/api/v1/alerts/" + UUID.randomUUID()).then().statusCode(404);
        as(TestTokens.VIEWER).get("/api/v1/monitors/nobody").then().statusCode(404);
        as(TestTokens.VIEWER).get("/api/v1/quality").then().statusCode(400);
        as(TestTokens.VIEWER).get("/api/v1/alerts?state=odd").then().statusCode(400);
        as(TestTokens.VIEWER).get("/api/v1/why/nobody/1").then().statusCode(404);
    }

    @Test
    void countsTheRevisionsOfAMonitorAlsoWhenManySaveItAtOnce() throws Exception {
        watched("saved", Map.of());
        Map<String, Object> body =
                Map.of("model", "saved", "minRows", 7, "quality", Map.of("metric", "roc_auc", "limit", 0.7));
        ExecutorService savers = Executors.newFixedThreadPool(4);
        List<Future<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            answers.add(savers.submit(() -> as(TestTokens.ENGINEER)
                    .body(body)
                    .put("/api/v1/monitors/new-one")
                    .statusCode()));
        }
        for (Future<Integer> answer : answers) {
            assertThat(answer.get()).isEqualTo(200);
        }
        savers.shutdown();

        as(TestTokens.VIEWER)
                .get("/api/v1/monitors/new-one")
                .then()
                .body("revision", equalTo(8))
                .body("minRows", equalTo(7))
                .body("window", equalTo("PT24H"))
                .body("quality.metric", equalTo("roc_auc"))
                .body("quality.limit", equalTo(0.7f));
        as(TestTokens.VIEWER).get("/api/v1/monitors/saved").then().body("revision", equalTo(1));
        as(TestTokens.ENGINEER).delete("/api/v1/monitors/new-one").then().statusCode(204);
        as(TestTokens.ENGINEER).delete("/api/v1/monitors/new-one").then().statusCode(404);
        as(TestTokens.VIEWER).get("/api/v1/monitors?pageSize=1").then().body("items", hasSize(1));
    }

    @Test
    void opensOneAlertWhenTwoReplicasSeeTheSameAtOnce() throws Exception {
        watched("twice", Map.of());
        Subject subject = new Subject("twice", "twice", 1, AlertKind.DRIFT);
        CyclicBarrier together = new CyclicBarrier(4);
        ExecutorService replicas = Executors.newFixedThreadPool(4);
        List<Future<UUID>> fired = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            fired.add(replicas.submit(() -> {
                together.await();
                return alertService
                        .fire(subject, "critical", "drifted", Map.of("columns", 1), "window:w")
                        .id();
            }));
        }
        Set<UUID> ids = new HashSet<>();
        for (Future<UUID> one : fired) {
            ids.add(one.get());
        }
        replicas.shutdown();

        assertThat(ids).hasSize(1);
        alerts("twice").body("items", hasSize(1));
        assertThat(
                        postgres.single(
                                "select count(*) from monitoring.event where type = 'monitoring.alert.opened' and subject = 'twice'"))
                .isEqualTo("1");
    }

    @Test
    void servesAConsoleThatLoadsNothingFromElsewhere() {
        String page = given().get("/console")
                .then()
                .statusCode(200)
                .header("Content-Security-Policy", containsString("default-src 'none'; script-src 'self'"))
                .contentType("text/html")
                .extract()
                .asString();
        assertThat(page).doesNotContainPattern("(src|href)=\"https?://");
        given().get("/console/none.js").then().statusCode(not(200));
    }

    private Traffic watched(String name, Map<String, ?> more) {
        Traffic traffic = new Traffic(postgres, name);
        Map<String, Object> monitor = new HashMap<>(Map.of(
                "model", name, "pipeline", name, "window", "P1D", "lateness", "PT0S", "idle", "P1D", "minRows", 100));
        monitor.putAll(more);
        as(TestTokens.ENGINEER)
                .body(monitor)
                .put("/api/v1/monitors/" + name)
                .then()
                .statusCode(200);
        return traffic;
    }

    /** 1000 values of 0, 0.001 … 0.999. */
    private static Profile uniform() {
        double[] x = IntStream.range(0, 1000)
                .mapToDouble(i -> (i * 7919 % 1000) / 1000.0)
                .toArray();
        return ProfileBuilder.reference(Map.of("x", x), Map.of());
    }

    private static double squared(int j) {
        return Math.pow((j + 0.5) / 400, 2);
    }

    private static void drifted(Traffic traffic, Instant day) {
        for (int j = 0; j < 400; j++) {
            traffic.prediction(1, day.plusSeconds(j), Map.of("x", squared(j)), null);
        }
    }

    /** The service of pipelines says that a run has ended. */
    private void finish(UUID run, String alert) {
        postgres.execute(
                "insert into pipeline.event (event_id, type, subject, data, caused_by) values ('" + UUID.randomUUID()
                        + "', 'pipeline.run.finished', 'loop', '{\"runId\": \"" + run
                        + "\", \"state\": \"SUCCEEDED\"}', 'alert:" + alert
                        + "')");
    }

    private ValidatableResponse windows(String endpoint, int count) throws Exception {
        Eventually.holds(
                count + " windows of " + endpoint,
                () -> Integer.toString(count)
                        .equals(postgres.single(
                                "select count(*) from monitoring.drift_window where endpoint = '" + endpoint + "'")));
        return as(TestTokens.VIEWER)
                .get("/api/v1/windows?endpoint=" + endpoint)
                .then()
                .statusCode(200)
                .body("items", hasSize(count));
    }

    private static ValidatableResponse alerts(String endpoint) {
        return as(TestTokens.VIEWER)
                .get("/api/v1/alerts?endpoint=" + endpoint)
                .then()
                .statusCode(200);
    }

    private static ValidatableResponse requests(String model) {
        return as(TestTokens.VIEWER)
                .get("/api/v1/retraining-requests?model=" + model)
                .then()
                .statusCode(200);
    }

    private void quality(String endpoint, String metric, double expected) throws Exception {
        String sql = "select round(value::numeric, 9) from monitoring.quality_result where endpoint = '" + endpoint
                + "' and metric = '" + metric + "'";
        Eventually.holds(metric + " is " + expected, () -> {
            String value = postgres.single(sql);
            return value != null && Math.abs(Double.parseDouble(value) - expected) < 1e-8;
        });
    }

    private static double value(List<Map<String, Object>> results, String measure) {
        return results.stream()
                .filter(r -> r.get("column").equals("x")
                        && r.get("measure").toString().startsWith(measure))
                .mapToDouble(r -> ((Number) r.get("value")).doubleValue())
                .findFirst()
                .orElseThrow(() -> new AssertionError(measure + " not in " + results));
    }

    private static RequestSpecification as(String token) {
        return given().header("Authorization", "Bearer " + token).contentType(ContentType.JSON);
    }
}
