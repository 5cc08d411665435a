package io.millrace.registry.webhook;

import static io.millrace.registry.webhook.WebhookCalls.admin;
import static io.millrace.registry.webhook.WebhookCalls.alias;
import static io.millrace.registry.webhook.WebhookCalls.as;
import static io.millrace.registry.webhook.WebhookCalls.create;
import static io.millrace.registry.webhook.WebhookCalls.log;
import static io.millrace.registry.webhook.WebhookCalls.mlflow;
import static io.millrace.registry.webhook.WebhookCalls.model;
import static io.millrace.registry.webhook.WebhookCalls.signature;
import static io.millrace.registry.webhook.WebhookCalls.tag;
import static io.millrace.registry.webhook.WebhookCalls.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.common.testing.Eventually;
import io.millrace.common.testing.PostgresForTests;
import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Deliveries to a receiver on this machine, which the configuration of this test allows. */
@QuarkusTest
@QuarkusTestResource(
        value = PostgresTestResource.class,
        restrictToAnnotatedClass = true,
        initArgs = {
            @ResourceArg(name = "service", value = "registry"),
            @ResourceArg(name = "millrace.registry.webhook.allow-private-addresses", value = "true"),
            @ResourceArg(name = "millrace.registry.webhook.allow-http", value = "true"),
            @ResourceArg(name = "millrace.registry.webhook.every", value = "50ms"),
            @ResourceArg(name = "millrace.registry.webhook.timeout", value = "2m"),
            @ResourceArg(name = "millrace.registry.webhook.delay", value = "20ms"),
            @ResourceArg(name = "millrace.registry.webhook.max-attempts", value = "4"),
            @ResourceArg(name = "millrace.registry.webhook.max-webhooks", value = "1000")
        })
class WebhookIT {

    PostgresForTests postgres;

    @Inject
    WebhookDeliveryService deliveries;

    @Test
    void tellsMlflowsEventsWithMlflowsDataAndSignature() throws Exception {
        try (Receiver receiver = new Receiver()) {
            String id = mlflow(
                    receiver.url(),
                    "secret of this hook",
                    "REGISTERED_MODEL.CREATED",
                    "MODEL_VERSION.CREATED",
                    "MODEL_VERSION_TAG.SET",
                    "MODEL_VERSION_TAG.DELETED",
                    "MODEL_VERSION_ALIAS.CREATED",
                    "MODEL_VERSION_ALIAS.DELETED");
            String model = "told-" + UUID.randomUUID();
            admin(Map.of(
                            "name",
                            model,
                            "description",
                            "größe",
                            "tags",
                            List.of(Map.of("key", "team", "value", "risk"))))
                    .post(WebhookCalls.MLFLOW + "registered-models/create")
                    .then()
                    .statusCode(200);
            version(model);
            tag(model);
            admin(Map.of("name", model, "version", "1", "key", "checked"))
                    .delete(WebhookCalls.MLFLOW + "model-versions/delete-tag")
                    .then()
                    .statusCode(200);
            alias(model);
            admin(Map.of("name", model, "alias", "champion"))
                    .delete(WebhookCalls.MLFLOW + "registered-models/alias")
                    .then()
                    .statusCode(200);

            Eventually.holds("six messages", () -> receiver.messages().size() >= 6);

            Map<String, JsonNode> byEvent = new HashMap<>();
            for (Receiver.Message message : receiver.messages()) {
                JsonNode json = message.json();
                byEvent.put(
                        json.path("entity").asText() + "." + json.path("action").asText(), json.path("data"));
                assertThat(json.path("timestamp").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
                assertThat(message.headers().get("X-MLflow-Signature"))
                        .isEqualTo(signature("secret of this hook", message));
                assertThat(message.headers().get("Content-Type")).isEqualTo("application/json");
            }
            JsonNode created = byEvent.get("registered_model.created");
            assertThat(created.path("name").asText()).isEqualTo(model);
            assertThat(created.path("description").asText()).isEqualTo("größe");
            assertThat(created.at("/tags/team").asText()).isEqualTo("risk");
            JsonNode version = byEvent.get("model_version.created");
            assertThat(version.path("version").asText()).isEqualTo("1");
            assertThat(version.path("version").isTextual()).isTrue();
            assertThat(version.path("source").asText()).isEqualTo("s3://bucket/model");
            assertThat(version.path("run_id").isNull()).isTrue();
            assertThat(version.at("/tags/first").asText()).isEqualTo("yes");
            assertThat(byEvent.get("model_version_tag.set").path("value").asText())
                    .isEqualTo("ok");
            assertThat(byEvent.get("model_version_tag.deleted").path("key").asText())
                    .isEqualTo("checked");
            assertThat(byEvent.get("model_version_alias.created")
                            .path("version")
                            .asText())
                    .isEqualTo("1");
            assertThat(byEvent.get("model_version_alias.deleted").path("alias").asText())
                    .isEqualTo("champion");
            Eventually.holds("all noted", () -> count(id, "DELIVERED") == 6);
            // The tags that came with the model and the version are told with them, not once more.
            assertThat(receiver.messages()).hasSize(6);
        }
    }

    @Test
    void tellsWhatMlflowDoesNot() throws Exception {
        try (Receiver receiver = new Receiver()) {
            create(
                    receiver.url(),
                    null,
                    "registered_model.deleted",
                    "registered_model_tag.set",
                    "registered_model_tag.deleted",
                    "model_version.deleted",
                    "model_version_stage.changed",
                    "model_version_alias.changed");
            String model = model();
            version(model);
            admin(Map.of("name", model, "key", "team", "value", "risk"))
                    .post(WebhookCalls.MLFLOW + "registered-models/set-tag")
                    .then()
                    .statusCode(200);
            admin(Map.of("name", model, "key", "team"))
                    .delete(WebhookCalls.MLFLOW + "registered-models/delete-tag")
                    .then()
                    .statusCode(200);
            admin(Map.of("name", model, "version", "1", "stage", "Production"))
                    .post(WebhookCalls.MLFLOW + "model-versions/transition-stage")
                    .then()
                    .statusCode(200);
            alias(model);
            admin(Map.of("name", model, "version", "1"))
                    .delete(WebhookCalls.MLFLOW + "model-versions/delete")
                    .then()
                    .statusCode(200);
            admin(Map.of("name", model))
                    .delete(WebhookCalls.MLFLOW + "registered-models/delete")
                    .then()
                    .statusCode(200);

            Eventually.holds("seven messages", () -> receiver.messages().size() >= 7);

            List<String> told = receiver.messages().stream()
                    .map(m -> m.json().path("entity").asText() + "."
                            + m.json().path("action").asText())
                    .toList();
            assertThat(told)
                    .containsExactlyInAnyOrder(
                            "registered_model.deleted",
                            "registered_model_tag.set",
                            "registered_model_tag.deleted",
                            "model_version.deleted",
                            "model_version_stage.changed",
                            "model_version_alias.changed",
                            "model_version_alias.changed");
            assertThat(receiver.messages()).allMatch(m -> !m.headers().containsKey("X-MLflow-Signature"));
            JsonNode stage = receiver.messages().stream()
                    .map(Receiver.Message::json)
                    .filter(m -> m.path("entity").asText().equals("model_version_stage"))
                    .findFirst()
                    .orElseThrow()
                    .path("data");
            assertThat(stage.path("from_stage").asText()).isEqualTo("None");
            assertThat(stage.path("to_stage").asText()).isEqualTo("Production");
            assertThat(stage.path("caused_by").asText()).isEqualTo("user:test-admin");
        }
    }

    @Test
    void tellsHowAPromotionGoes() throws Exception {
        try (Receiver receiver = new Receiver()) {
            create(receiver.url(), null, "promotion.opened", "promotion.rejected");
            String model = model();
            version(model);
            admin(Map.of("protectedAliases", List.of("champion"), "approvals", 1))
                    .put("/api/v1/models/" + model + "/policy")
                    .then()
                    .statusCode(200);
            String promotion = admin(Map.of("version", 1, "alias", "champion", "reason", "better"))
                    .post("/api/v1/models/" + model + "/promotions")
                    .then()
                    .statusCode(201)
                    .extract()
                    .path("id");
            as(TestTokens.APPROVER)
                    .body(Map.of("text", "not yet"))
                    .post("/api/v1/models/" + model + "/promotions/" + promotion + "/reject")
                    .then()
                    .statusCode(200);

            Eventually.holds("both", () -> receiver.messages().size() >= 2);

            assertThat(receiver.messages().stream()
                            .map(m -> m.json().path("action").asText()))
                    .containsExactlyInAnyOrder("opened", "rejected");
            JsonNode data = receiver.messages().get(0).json().path("data");
            assertThat(data.path("promotion_id").asText()).isEqualTo(promotion);
            assertThat(data.path("alias").asText()).isEqualTo("champion");
            assertThat(data.path("version").asText()).isEqualTo("1");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503, -1})
    void triesAgainWhatMayPass(int trouble) throws Exception {
        try (Receiver receiver = new Receiver(n -> n < 3 ? trouble : 204, Map.of())) {
            String id = create(receiver.url(), "s", "registered_model.created");
            model();

            Eventually.holds("delivered", () -> count(id, "DELIVERED") == 1);

            assertThat(receiver.messages()).hasSize(3);
            assertThat(receiver.messages().stream()
                            .map(m -> m.headers().get("X-MLflow-Delivery-Id"))
                            .distinct())
                    .hasSize(1);
            log(id).body("items[0].attempts", equalTo(3))
                    .body("items[0].responseStatus", equalTo(204))
                    .body("items[0].error", equalTo(null))
                    .body("items[0].nextAttemptAt", equalTo(null))
                    .body("items[0].body.entity", equalTo("registered_model"));
        }
    }

    @ParameterizedTest
    @CsvSource({"400, 1", "404, 1", "410, 1", "302, 1", "500, 4"})
    void givesUpAtOnceWhenThereIsNoHopeAndAfterAllAttemptsOtherwise(int answer, int attempts) throws Exception {
        try (Receiver elsewhere = new Receiver();
                Receiver receiver = new Receiver(n -> answer, Map.of("Location", elsewhere.url()))) {
            String id = create(receiver.url(), null, "registered_model.created");
            model();

            Eventually.holds("failed", () -> count(id, "FAILED") == 1);

            assertThat(receiver.messages()).hasSize(attempts);
            assertThat(elsewhere.messages()).isEmpty();
            String body = log(id).body("items[0].attempts", equalTo(attempts))
                    .body("items[0].responseStatus", equalTo(answer))
                    .body("items[0].error", containsString("HTTP " + answer))
                    .extract()
                    .path("items[0].responseBody");
            assertThat(body).startsWith("answer").hasSize(1000);
        }
    }

    @Test
    void waitsAsLongAsTheReceiverAsks() throws Exception {
        try (Receiver receiver = new Receiver(n -> 429, Map.of("Retry-After", "600"))) {
            String id = create(receiver.url(), null, "registered_model.created");
            model();

            Eventually.holds(
                    "noted",
                    () -> "429"
                            .equals(postgres.single(
                                    "select response_status from registry.webhook_delivery where webhook_id = '" + id
                                            + "'")));

            assertThat(postgres.single(
                            "select next_attempt_at > now() + interval '8 minutes' from registry.webhook_delivery where webhook_id = '"
                                    + id + "'"))
                    .isEqualTo("t");
        }
    }

    @Test
    void deliversWhatADeadProcessLeftBehind() throws Exception {
        try (Receiver receiver = new Receiver()) {
            String id = create(receiver.url(), null, "registered_model.deleted");
            // Died after the event, and before anything was made of it.
            postgres.execute(
                    "insert into registry.event (type, subject, data, caused_by) values ('registry.model.deleted', 'left', '{\"model\": \"left\"}', 'user:dead')");
            // Died after it claimed a delivery, and before the answer was noted.
            postgres.execute(
                    "insert into registry.webhook_delivery (delivery_id, webhook_id, event_id, event, body, next_attempt_at, claimed_until, attempts) values (gen_random_uuid(), '"
                            + id
                            + "', gen_random_uuid(), 'registered_model.deleted', '{\"claimed\": 1}', now() - interval '1 minute', now() - interval '1 second', 1)");

            Eventually.holds("both delivered", () -> count(id, "DELIVERED") == 2);

            assertThat(receiver.messages().stream().map(Receiver.Message::body))
                    .anyMatch(b -> b.equals("{\"claimed\": 1}"))
                    .anyMatch(b -> b.contains("\"left\""));
        }
    }

    @Test
    void leavesAloneWhatAnotherReplicaIsSending() throws Exception {
        try (Receiver receiver = new Receiver()) {
            String id = create(receiver.url(), null, "registered_model.created");
            String held = UUID.randomUUID().toString();
            postgres.execute(
                    "insert into registry.webhook_delivery (delivery_id, webhook_id, event_id, event, body, next_attempt_at, claimed_until, attempts) values ('"
                            + held + "', '" + id
                            + "', gen_random_uuid(), 'registered_model.created', '{}', now() - interval '1 minute', now() + interval '1 hour', 1)");
            model();

            Eventually.holds("the other one is delivered", () -> count(id, "DELIVERED") == 1);

            assertThat(postgres.single(
                            "select attempts from registry.webhook_delivery where delivery_id = '" + held + "'"))
                    .isEqualTo("1");
        }
    }

    @Test
    void handsEachDeliveryToOneOfManyClaimers() throws Exception {
        String id = UUID.randomUUID().toString();
        postgres.execute(
                "insert into registry.webhook (webhook_id, name, url, events, status, created_by) values ('" + id
                        + "', 'held', 'https://example.com', '{prompt.created}', 'DISABLED', 'test')",
                "insert into registry.webhook_delivery (delivery_id, webhook_id, event_id, event, body, next_attempt_at) select gen_random_uuid(), '"
                        + id
                        + "', gen_random_uuid(), 'prompt.created', '{}', now() - interval '1 hour' from generate_series(1, 60)");
        // The job of this process claims too, and fails at once: the claimers may get few or all.
        List<UUID> claimed = Collections.synchronizedList(new ArrayList<>());
        var threads = Executors.newFixedThreadPool(6);
        try {
            postgres.execute("update registry.webhook set status = 'ACTIVE', url = 'ftp://nowhere' where webhook_id = '"
                    + id + "'");
            var calls = IntStream.range(0, 6)
                    .<java.util.concurrent.Callable<Void>>mapToObj(i -> () -> {
                        for (var next = deliveries.claim(List.of());
                                next.isPresent();
                                next = deliveries.claim(List.of())) {
                            if (next.get().webhookId().toString().equals(id)) {
                                claimed.add(next.get().deliveryId());
                            }
                        }
                        return null;
                    })
                    .toList();
            for (var done : threads.invokeAll(calls)) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(claimed).doesNotHaveDuplicates();
        assertThat(postgres.single(
                        "select count(*) from registry.webhook_delivery where attempts <> 1 and webhook_id = '" + id
                                + "'"))
                .isEqualTo("0");
    }

    @Test
    void sendsADeliveryOnceMoreWhenAsked() throws Exception {
        try (Receiver receiver = new Receiver(n -> n == 1 ? 404 : 200, Map.of())) {
            String id = create(receiver.url(), "s", "registered_model.created");
            model();
            Eventually.holds("failed", () -> count(id, "FAILED") == 1);
            String first = log(id).extract().path("items[0].deliveryId");

            String second = admin(null)
                    .post(WebhookCalls.NATIVE + "/" + id + "/deliveries/" + first + "/redeliver")
                    .then()
                    .statusCode(202)
                    .body("redeliveryOf", equalTo(first))
                    .body("status", equalTo("PENDING"))
                    .extract()
                    .path("deliveryId");

            Eventually.holds("delivered", () -> count(id, "DELIVERED") == 1);
            assertThat(receiver.messages()).hasSize(2);
            assertThat(receiver.messages().get(1).body())
                    .isEqualTo(receiver.messages().get(0).body());
            assertThat(receiver.messages().get(1).headers().get("X-MLflow-Delivery-Id"))
                    .isEqualTo(second)
                    .isNotEqualTo(first);
            admin(null)
                    .post(WebhookCalls.NATIVE + "/" + id + "/deliveries/" + UUID.randomUUID() + "/redeliver")
                    .then()
                    .statusCode(404);
        }
    }

    @Test
    void pagesThroughTheLogAndDeletesWhatIsOld() throws Exception {
        try (Receiver receiver = new Receiver()) {
            String id = create(receiver.url(), null, "registered_model.created");
            for (int i = 0; i < 5; i++) {
                model();
            }
            Eventually.holds("five", () -> count(id, "DELIVERED") == 5);

            List<String> seen = new ArrayList<>();
            String token = "";
            while (token != null) {
                ValidatableResponse page = admin(null)
                        .get(WebhookCalls.NATIVE + "/" + id + "/deliveries?pageSize=2"
                                + (token.isEmpty() ? "" : "&pageToken=" + token))
                        .then()
                        .statusCode(200);
                seen.addAll(page.extract().path("items.deliveryId"));
                token = page.extract().path("nextPageToken");
            }
            assertThat(seen).hasSize(5).doesNotHaveDuplicates();
            admin(null)
                    .get(WebhookCalls.NATIVE + "/" + id + "/deliveries?status=FAILED")
                    .then()
                    .body("items.size()", equalTo(0));

            postgres.execute(
                    "update registry.webhook_delivery set created_at = now() - interval '31 days' where delivery_id in ('"
                            + seen.get(0) + "', '" + seen.get(1) + "')");
            while (deliveries.purge() > 0) {
                // until there is no more
            }
            assertThat(count(id, "DELIVERED")).isEqualTo(3);
        }
    }

    @Test
    void tellsNothingToADisabledOrDeletedWebhookOrOneThatAskedForOtherEvents() throws Exception {
        try (Receiver receiver = new Receiver();
                Receiver other = new Receiver()) {
            String disabled = create(receiver.url(), null, "registered_model.created");
            admin(Map.of("status", "DISABLED"))
                    .patch(WebhookCalls.MLFLOW + "webhooks/" + disabled)
                    .then()
                    .statusCode(200)
                    .body("webhook.status", equalTo("DISABLED"));
            String deleted = create(receiver.url(), null, "registered_model.created");
            admin(null).delete(WebhookCalls.NATIVE + "/" + deleted).then().statusCode(204);
            create(receiver.url(), null, "model_version.created");
            String heard = create(other.url(), null, "registered_model.created");
            model();

            Eventually.holds("the other one is told", () -> count(heard, "DELIVERED") == 1);

            assertThat(receiver.messages()).isEmpty();
            assertThat(count(disabled, "PENDING")).isZero();
            admin(null).get(WebhookCalls.NATIVE + "/" + deleted).then().statusCode(404);
        }
    }

    private int count(String webhook, String status) {
        return Integer.parseInt(postgres.single("select count(*) from registry.webhook_delivery where webhook_id = '"
                + webhook + "' and status = '" + status + "'"));
    }
}
