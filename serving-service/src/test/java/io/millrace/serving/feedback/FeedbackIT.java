package io.millrace.serving.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.millrace.common.testing.TestTokens;
import io.millrace.serving.testing.Models;
import io.millrace.serving.testing.Serving;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class FeedbackIT extends Serving {

    private static Response send(Object... items) {
        return as(TestTokens.PREDICTOR).body(Map.of("items", List.of(items))).post("/api/v1/feedback");
    }

    @Test
    void isStoredWhenItIsAcknowledged() {
        String id = UUID.randomUUID().toString();

        send(Map.of("predictionId", id, "truth", 1, "observedAt", "2013-05-02T00:00:00Z"))
                .then()
                .statusCode(200)
                .body("accepted", equalTo(1))
                .body("items[0].predictionId", equalTo(id))
                .body("items[0].status", equalTo("stored"));

        assertThat(postgres.single("""
                        select concat_ws('|', sequence, truth, observed_at at time zone 'UTC', source)
                          from serving.feedback where prediction_id = '%s'""".formatted(id))).isEqualTo("1|1|2013-05-02 00:00:00|test-predictor");
    }

    @Test
    void keepsACorrectionAsAFurtherRowAndARepetitionAsNone() {
        String id = UUID.randomUUID().toString();
        Map<String, Object> yes = Map.of("predictionId", id, "label", "yes");
        Map<String, Object> no = Map.of("predictionId", id, "label", "no");

        send(yes, yes, no).then().body("items.status", contains("stored", "unchanged", "corrected"));
        send(no).then().body("items.status", contains("unchanged"));
        send(yes).then().body("items.status", contains("corrected"));

        assertThat(postgres.single("select string_agg(truth_label, ',' order by sequence) from serving.feedback"
                        + " where prediction_id = '" + id + "'"))
                .isEqualTo("yes,no,yes");
        assertThat(postgres.single("select truth_label from serving.feedback_v1 where prediction_id = '" + id + "'"))
                .isEqualTo("yes");
    }

    @Test
    void takesConcurrentCorrectionsOfOnePrediction() throws Exception {
        String id = UUID.randomUUID().toString();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int truth = i;
            Thread client = new Thread(() ->
                    send(Map.of("predictionId", id, "truth", truth)).then().statusCode(200));
            clients.add(client);
            client.start();
        }
        for (Thread client : clients) {
            client.join();
        }

        assertThat(postgres.single("select count(*) || ' ' || max(sequence) from serving.feedback"
                        + " where prediction_id = '" + id + "'"))
                .isEqualTo("8 8");
    }

    @Test
    void takesTenThousandAtOnceAndNoMore() {
        List<Object> items = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            items.add(Map.of("predictionId", new UUID(77, i).toString(), "truth", i % 2));
        }

        send(items.toArray()).then().statusCode(200).body("accepted", equalTo(10_000));

        assertThat(postgres.single("select count(*) from serving.feedback where prediction_id <= '" + new UUID(77, 9999)
                        + "' and prediction_id >= '" + new UUID(77, 0) + "'"))
                .isEqualTo("10000");
        items.add(items.get(0));
        send(items.toArray()).then().statusCode(400).body("errors[0].pointer", equalTo("/items"));
    }

    @Test
    void namesWhatIsWrongAndThenStoresNothing() {
        String id = UUID.randomUUID().toString();

        Response response = send(
                Map.of("predictionId", id, "truth", 1),
                Map.of("predictionId", "42", "truth", 1),
                Map.of("predictionId", id),
                Map.of("predictionId", id, "truth", 1, "label", "yes"),
                Map.of("predictionId", id, "truth", 1, "observedAt", "today"));

        response.then()
                .statusCode(400)
                .body(
                        "errors.pointer",
                        contains("/items/1/predictionId", "/items/2", "/items/3", "/items/4/observedAt"));
        assertThat(postgres.single("select count(*) from serving.feedback where prediction_id = '" + id + "'"))
                .isEqualTo("0");
        send(Map.of("predictionId", id, "truth", "many")).then().statusCode(400);
        send(Map.of("predictionId", id, "turth", 1)).then().statusCode(400);
        as(TestTokens.PREDICTOR).body("{}").post("/api/v1/feedback").then().statusCode(400);
        as(TestTokens.VIEWER)
                .body(Map.of("items", List.of(Map.of("predictionId", id, "truth", 1))))
                .post("/api/v1/feedback")
                .then()
                .statusCode(403);
    }

    private static String predicted(String endpoint, String key, String at) {
        return predict(endpoint, Map.of("inputs", Models.row(), "key", key, "timestamp", at))
                .then()
                .statusCode(200)
                .extract()
                .path("predictions[0].predictionId");
    }

    @Test
    void findsThePredictionByKeyAndTime() throws Exception {
        serve("by-key", Models.FIRST);
        String first = predicted("by-key", "k1", "2013-05-01T10:00:00Z");
        String second = predicted("by-key", "k1", "2013-05-02T10:00:00Z");
        predict("by-key", Map.of("instances", List.of(Models.row(), Models.row()), "key", "twice"));
        await(() -> logged("endpoint = 'by-key'") == 4);

        send(
                        Map.of("endpoint", "by-key", "key", "k1", "truth", 1),
                        Map.of("endpoint", "by-key", "key", "k1", "at", "2013-05-02T09:59:59Z", "truth", 0),
                        Map.of("endpoint", "by-key", "key", "k1", "at", "2013-05-01T09:59:59Z", "truth", 0),
                        Map.of("endpoint", "by-key", "key", "twice", "truth", 0),
                        Map.of("endpoint", "other", "key", "k1", "truth", 0),
                        Map.of("predictionId", second, "truth", 0))
                .then()
                .statusCode(200)
                .body("accepted", equalTo(3))
                .body("items.status", contains("stored", "stored", "unknown", "ambiguous", "unknown", "corrected"))
                .body("items[0].predictionId", equalTo(second))
                .body("items[1].predictionId", equalTo(first))
                .body("items[2].predictionId", equalTo(null));
        assertThat(postgres.single("select string_agg(sequence || ':' || truth, ',' order by sequence) from"
                        + " serving.feedback where prediction_id = '" + second + "'"))
                .isEqualTo("1:1,2:0");
    }

    @Test
    void namesWhatIsWrongWithAKey() {
        String id = UUID.randomUUID().toString();
        send(
                        Map.of("endpoint", "e", "truth", 1),
                        Map.of("key", "k", "truth", 1),
                        Map.of("endpoint", "e", "key", "k", "predictionId", id, "truth", 1),
                        Map.of("endpoint", "e", "key", "k".repeat(1001), "truth", 1),
                        Map.of("endpoint", "e", "key", "k", "at", "yesterday", "truth", 1))
                .then()
                .statusCode(400)
                .body(
                        "errors.pointer",
                        contains("/items/0/key", "/items/1/endpoint", "/items/2", "/items/3/key", "/items/4/at"));
    }

    @Test
    void answers503WithRetryAfterWhileTheDatabaseIsAwayAndStoresNothingItDidNotAcknowledge() {
        String id = UUID.randomUUID().toString();
        Map<String, Object> truth = Map.of("predictionId", id, "truth", 1);
        postgres.execute("alter role millrace_serving nologin");
        try {
            postgres.dropConnections();
            send(truth).then().statusCode(503).header("Retry-After", notNullValue());
        } finally {
            postgres.execute("alter role millrace_serving login");
        }

        await(() -> send(truth).statusCode() == 200);
        assertThat(postgres.single("select count(*) from serving.feedback where prediction_id = '" + id + "'"))
                .isEqualTo("1");
    }

    @Test
    void refusesHugeAndBrokenBodiesWithoutFailing() {
        String huge = "{\"items\": [{\"predictionId\": \"" + "x".repeat(11_000_000) + "\"}]}";
        as(TestTokens.PREDICTOR).body(huge).post("/api/v1/feedback").then().statusCode(413);
        for (String body : List.of(
                "",
                "null",
                "[]",
                "{\"items\": 7}",
                "{\"items\": [null]}",
                "{\"items\": [[]]}",
                "{\"items\": [{\"truth\": 1e999}]}",
                "[".repeat(5000),
                "\u0000\u0001")) {
            as(TestTokens.PREDICTOR).body(body).post("/api/v1/feedback").then().statusCode(400);
        }
    }
}
