package io.millrace.serving.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import io.millrace.common.testing.TestTokens;
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
}
