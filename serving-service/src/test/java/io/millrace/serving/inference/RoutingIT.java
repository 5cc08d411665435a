package io.millrace.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.common.testing.TestTokens;
import io.millrace.serving.testing.Models;
import io.millrace.serving.testing.Serving;
import io.millrace.serving.testing.TroubleFormat;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@QuarkusTest
class RoutingIT extends Serving {

    private static Map<String, Object> version(String name, Object weight, String model, int version) {
        return Map.of("name", name, "weight", weight, "model", model, "version", version);
    }

    /** Version 1 answers, version 2 does as it is told. */
    private void registerTrouble(String model) throws Exception {
        register(model, 1, Models.FIRST);
        registry.add(model, 2, TroubleFormat.files(model));
        rows().version(model, 2);
        TroubleFormat.order(model, "ok");
    }

    /** An endpoint whose every key goes to the troubled arm. */
    private void serveTrouble(String model, Map<String, ?> routing) throws Exception {
        registerTrouble(model);
        serve(
                model,
                Map.of(
                        "routing",
                        routing,
                        "arms",
                        List.of(version("good", 0, model, 1), version("bad", 100, model, 2))));
        await(() -> "bad".equals(predict(model).path("arm")));
    }

    private static Response get(String endpoint) {
        return as(TestTokens.VIEWER).get("/api/v1/endpoints/" + endpoint);
    }

    @Test
    void assignsByRuleHeaderAndHoldout() throws Exception {
        register("ruled", 1, Models.FIRST);
        register("ruled", 2, Models.SECOND);
        Map<String, Object> routing = Map.of(
                "keyHeader",
                "X-User",
                "holdout",
                Map.of("arm", "a", "percent", 20),
                "rules",
                List.of(Map.of(
                        "name",
                        "abroad",
                        "when",
                        List.of(Map.of("column", "country", "in", List.of("AT"))),
                        "arm",
                        "a")));
        serve(
                "ruled",
                Map.of(
                        "routing",
                        routing,
                        "arms",
                        List.of(version("a", 0, "ruled", 1), version("b", 100, "ruled", 2))));

        get("ruled").then().body("routing.keyHeader", equalTo("X-User")).body("routing.rules", hasSize(1));
        predict("ruled", Map.of("inputs", Models.row("country", "AT"))).then().body("arm", equalTo("a"));
        int heldOut = 0;
        String ruledKey = "";
        for (int i = 0; i < 200; i++) {
            String byKey = predict("ruled", Map.of("inputs", Models.row(), "key", "u-" + i))
                    .path("arm");
            String byHeader = as(TestTokens.PREDICTOR)
                    .header("x-user", "u-" + i)
                    .body(Map.of("inputs", Models.row()))
                    .post("/api/v1/endpoints/ruled/predict")
                    .path("arm");
            assertThat(byHeader).isEqualTo(byKey);
            heldOut += byKey.equals("a") ? 1 : 0;
            ruledKey = byKey.equals("a") ? ruledKey : "u-" + i;
        }
        // Five standard deviations of a binomial: sqrt(200 * 0.2 * 0.8) = 5.7.
        assertThat(heldOut).isBetween(12, 68);
        // The holdout comes before the rules: of a key that is held out no rule looks at the rows.
        predict(
                        "ruled",
                        Map.of(
                                "instances",
                                List.of(Models.row("country", "AT"), Models.row("country", "US")),
                                "key",
                                ruledKey))
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo("/instances/1/country"));
    }

    @Test
    void namesTheFieldOfARoutingThatIsWrong() {
        put(
                        "misrouted",
                        Map.of(
                                "routing",
                                Map.of("holdout", Map.of("arm", "z", "percent", 120), "cache", Map.of("entries", -1)),
                                "arms",
                                List.of(version("a", 100, "m", 1))))
                .then()
                .statusCode(400)
                .body(
                        "errors.pointer",
                        contains("/routing/holdout/arm", "/routing/holdout/percent", "/routing/cache/entries"));
    }

    @Test
    void answersByTheFallbackWhenAnArmFailsAndOpensItsBreaker() throws Exception {
        serveWithBreaker("failing", 60_000);
        TroubleFormat.order("failing", "throw");

        for (int i = 0; i < 20; i++) {
            predict("failing")
                    .then()
                    .statusCode(200)
                    .body("arm", equalTo("good"))
                    .body("version", equalTo(1))
                    .body("fallbackFrom", equalTo("bad"));
        }
        get("failing")
                .then()
                .body("guards.arms.bad.breaker", equalTo("OPEN"))
                .body("guards.arms.bad.opened", equalTo(1))
                .body("guards.arms.good.breaker", equalTo("CLOSED"));
        as(TestTokens.VIEWER)
                .get("/q/metrics")
                .then()
                .body(containsString("millrace_serving_breaker_state{arm=\"bad\",endpoint=\"failing\"} 2.0"))
                .body(
                        containsString(
                                "millrace_serving_arm_trouble_total{arm=\"bad\",endpoint=\"failing\",fallback=\"true\",reason=\"open\"}"));

        await(() -> logged("endpoint = 'failing' and arm = 'good'") >= 20);
    }

    @Test
    void goesBackToAnArmThatAnswersAgain() throws Exception {
        serveWithBreaker("recovering", 500);
        TroubleFormat.order("recovering", "throw");
        await(() -> {
            predict("recovering").then().statusCode(200).body("arm", equalTo("good"));
            return "OPEN".equals(get("recovering").path("guards.arms.bad.breaker"));
        });

        TroubleFormat.order("recovering", "ok");
        await(() -> "bad".equals(predict("recovering").path("arm")));
        get("recovering").then().body("guards.arms.bad.breaker", equalTo("CLOSED"));
        predict("recovering").then().body("fallbackFrom", nullValue());
    }

    private void serveWithBreaker(String endpoint, int openMs) throws Exception {
        serveTrouble(
                endpoint,
                Map.of(
                        "fallback", Map.of("arm", "good"),
                        "breaker", Map.of("window", 10, "minimum", 5, "openMs", openMs, "trials", 1)));
    }

    @Test
    void answersByTheFallbackWhenAnArmTakesTooLong() throws Exception {
        serveTrouble(
                "hanging",
                Map.of("fallback", Map.of("arm", "good", "timeoutMs", 100), "concurrency", Map.of("bad", 2)));
        TroubleFormat.order("hanging", "hang");
        try {
            // The first two hang in the model and keep its two places; the others find it busy.
            for (int i = 0; i < 5; i++) {
                predict("hanging").then().statusCode(200).body("arm", equalTo("good"));
            }
            get("hanging").then().body("guards.arms.bad.inFlight", equalTo(2));
        } finally {
            TroubleFormat.order("hanging", "ok");
        }
        await(() -> "bad".equals(predict("hanging").path("arm")));
    }

    @Test
    void answers429InEachDialectWhenAnArmHasAllItMayHave() throws Exception {
        serveTrouble("limited", Map.of("concurrency", Map.of("bad", 1)));
        TroubleFormat.order("limited", "hang");
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<Integer> first = threads.submit(() -> predict("limited").statusCode());
            await(() -> Integer.valueOf(1).equals(get("limited").path("guards.arms.bad.inFlight")));

            predict("limited")
                    .then()
                    .statusCode(429)
                    .header("Retry-After", notNullValue())
                    .contentType("application/problem+json");
            as(TestTokens.PREDICTOR)
                    .body("{\"inputs\": [{\"name\": \"amount\", \"shape\": [1], \"datatype\": \"FP64\", \"data\":"
                            + " [1]}]}")
                    .post("/v2/models/limited/infer")
                    .then()
                    .statusCode(429)
                    .header("Retry-After", notNullValue())
                    .body("error", containsString("arm bad has as many requests as it may have"));
            TroubleFormat.order("limited", "ok");
            assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo(200);
        } finally {
            TroubleFormat.order("limited", "ok");
            threads.shutdown();
        }
    }

    @Test
    void shedsLoadUnderConcurrentRequestsAndStillAnswersTheOthers() throws Exception {
        serveTrouble(
                "busy",
                Map.of("shedding", Map.of("targetMs", 5, "minimum", 1, "maximum", 2, "queue", 2, "queueMs", 30)));
        TroubleFormat.order("busy", "slow:20");
        ExecutorService threads = Executors.newFixedThreadPool(16);
        List<Future<Response>> all = new ArrayList<>();
        try {
            for (int i = 0; i < 160; i++) {
                all.add(threads.submit(() -> predict("busy")));
            }
            int answered = 0;
            int shed = 0;
            for (Future<Response> each : all) {
                Response response = each.get(60, TimeUnit.SECONDS);
                if (response.statusCode() == 200) {
                    answered++;
                } else {
                    response.then().statusCode(503).header("Retry-After", notNullValue());
                    shed++;
                }
            }
            assertThat(answered).isPositive();
            assertThat(shed).isPositive();
            get("busy").then().body("guards.shedding.limit", equalTo(1)).body("guards.shedding.shed", equalTo(shed));
        } finally {
            TroubleFormat.order("busy", "ok");
            threads.shutdown();
        }
        predict("busy").then().statusCode(200);
    }

    @Test
    void answersFromTheCacheUntilTheVersionChanges() throws Exception {
        register("cached", 1, Models.FIRST);
        register("cached", 2, Models.SECOND);
        rows().alias("cached", "champion", 1);
        serve(
                "cached",
                Map.of("routing", Map.of("cache", Map.of()), "arms", List.of(arm("a", 100, "cached", "champion"))));
        await(() -> predict("cached").statusCode() == 200);
        double before = predict("cached").path("predictions[0].score");
        String id = predict("cached").path("predictions[0].predictionId");

        assertThat((String) predict("cached").path("predictions[0].predictionId"))
                .isNotEqualTo(id);
        assertThat(before).isEqualTo(Models.score(Models.FIRST, Models.row()), within(1e-12));
        get("cached").then().body("guards.cache.entries", equalTo(1)).body("guards.cache.hits", greaterThan(1));
        rows().alias("cached", "champion", 2);
        await(() -> Integer.valueOf(2).equals(predict("cached").path("version")));
        assertThat((Double) predict("cached").path("predictions[0].score"))
                .isEqualTo(Models.score(Models.SECOND, Models.row()), within(1e-12));
        get("cached").then().body("guards.cache.entries", equalTo(1));
    }

    @Test
    void answersByAnEnsembleAndFollowsItsPartsAliases() throws Exception {
        register("joined", 1, Models.FIRST);
        register("joined", 2, Models.SECOND);
        rows().alias("joined", "other", 2);
        Map<String, Object> ensemble =
                Map.of("kind", "average", "with", List.of(Map.of("model", "joined", "alias", "other")));
        serve(
                "joined",
                Map.of(
                        "routing",
                        Map.of("ensembles", Map.of("both", ensemble)),
                        "arms",
                        List.of(version("both", 100, "joined", 1))));
        double first = Models.score(Models.FIRST, Models.row());
        double second = Models.score(Models.SECOND, Models.row());

        await(() -> predict("joined").statusCode() == 200);
        assertThat((Double) predict("joined").path("predictions[0].score"))
                .isEqualTo((first + second) / 2, within(1e-12));
        await(() -> logged("endpoint = 'joined' and version = 1 and parts = 'joined/1,joined/2'") > 0);
        rows().alias("joined", "other", 1);
        await(() -> Math.abs((Double) predict("joined").path("predictions[0].score") - first) < 1e-12);

        register("unlike", 1, Models.NUMBER);
        put(
                        "joined",
                        Map.of(
                                "routing",
                                Map.of(
                                        "ensembles",
                                        Map.of(
                                                "both",
                                                Map.of(
                                                        "kind",
                                                        "average",
                                                        "with",
                                                        List.of(Map.of("model", "unlike", "version", 1))))),
                                "arms",
                                List.of(version("both", 100, "joined", 1))))
                .then()
                .statusCode(200);
        await(() -> states("joined").equals(List.of("FAILED")));
        get("joined").then().body("arms[0].detail", containsString("the parts predict different things"));
        predict("joined").then().statusCode(200);
    }

    @Test
    void givesTheSameAnswersInBatches() throws Exception {
        register("batched", 1, Models.FIRST);
        serve(
                "batched",
                Map.of(
                        "routing",
                        Map.of("batching", Map.of("a", Map.of("maxRows", 32, "maxWaitMicros", 500))),
                        "arms",
                        List.of(version("a", 100, "batched", 1))));
        await(() -> predict("batched").statusCode() == 200);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<Double>> all = new ArrayList<>();
        for (int i = 0; i < 160; i++) {
            double amount = i;
            all.add(threads.submit(() -> predict("batched", Map.of("inputs", Models.row("amount", amount)))
                    .path("predictions[0].score")));
        }
        for (int i = 0; i < 160; i++) {
            assertThat(all.get(i).get(60, TimeUnit.SECONDS))
                    .isEqualTo(Models.score(Models.FIRST, Models.row("amount", (double) i)), within(1e-12));
        }
        threads.shutdown();
        get("batched").then().body("guards.arms.a.batching.requests", greaterThan(0));
    }
}
