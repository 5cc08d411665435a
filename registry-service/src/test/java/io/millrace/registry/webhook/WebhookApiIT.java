package io.millrace.registry.webhook;

import static io.millrace.registry.webhook.WebhookCalls.admin;
import static io.millrace.registry.webhook.WebhookCalls.as;
import static io.millrace.registry.webhook.WebhookCalls.create;
import static io.millrace.registry.webhook.WebhookCalls.mlflow;
import static io.millrace.registry.webhook.WebhookCalls.signature;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.millrace.common.testing.PostgresForTests;
import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Webhooks as things to make, change, try and delete. */
@QuarkusTest
@QuarkusTestResource(
        value = PostgresTestResource.class,
        restrictToAnnotatedClass = true,
        initArgs = {
            @ResourceArg(name = "service", value = "registry"),
            @ResourceArg(name = "millrace.registry.webhook.allow-private-addresses", value = "true"),
            @ResourceArg(name = "millrace.registry.webhook.allow-http", value = "true"),
            @ResourceArg(name = "millrace.registry.webhook.every", value = "50ms"),
            @ResourceArg(name = "millrace.registry.webhook.delay", value = "20ms"),
            @ResourceArg(name = "millrace.registry.webhook.max-attempts", value = "4"),
            @ResourceArg(name = "millrace.registry.webhook.max-webhooks", value = "1000")
        })
class WebhookApiIT {

    PostgresForTests postgres;

    @Test
    void keepsItsSecretToItself() throws Exception {
        try (Receiver receiver = new Receiver()) {
            String secret = "very-secret-" + UUID.randomUUID();
            String id = mlflow(receiver.url(), secret, "REGISTERED_MODEL.CREATED");

            for (String path : List.of(
                    WebhookCalls.MLFLOW + "webhooks",
                    WebhookCalls.MLFLOW + "webhooks/" + id,
                    WebhookCalls.NATIVE,
                    WebhookCalls.NATIVE + "/" + id)) {
                admin(null).get(path).then().statusCode(200).body(not(containsString(secret)));
            }
            admin(null).get(WebhookCalls.NATIVE + "/" + id).then().body("signed", equalTo(true));
            assertThat(postgres.single(
                            "select encode(secret, 'escape') from registry.webhook where webhook_id = '" + id + "'"))
                    .isNotEmpty()
                    .doesNotContain(secret);

            admin(Map.of("secret", ""))
                    .patch(WebhookCalls.MLFLOW + "webhooks/" + id)
                    .then()
                    .statusCode(200);
            admin(null).get(WebhookCalls.NATIVE + "/" + id).then().body("signed", equalTo(false));
        }
    }

    @Test
    void testsAWebhookAtOnce() throws Exception {
        try (Receiver receiver = new Receiver(n -> n == 1 ? 200 : 500, Map.of())) {
            String id = mlflow(receiver.url(), "abc", "MODEL_VERSION.CREATED", "REGISTERED_MODEL.CREATED");

            admin(Map.of("event", Map.of("entity", "REGISTERED_MODEL", "action", "CREATED")))
                    .post(WebhookCalls.MLFLOW + "webhooks/" + id + "/test")
                    .then()
                    .statusCode(200)
                    .body("result.success", equalTo(true))
                    .body("result.response_status", equalTo(200))
                    .body("result.response_body", containsString("answer"));
            admin(Map.of())
                    .post(WebhookCalls.MLFLOW + "webhooks/" + id + "/test")
                    .then()
                    .body("result.success", equalTo(false))
                    .body("result.response_status", equalTo(500))
                    .body("result.error_message", equalTo("HTTP 500"));

            Receiver.Message first = receiver.messages().get(0);
            assertThat(first.json().path("entity").asText()).isEqualTo("registered_model");
            assertThat(first.headers().get("X-MLflow-Signature")).isEqualTo(signature("abc", first));
            assertThat(receiver.messages().get(1).json().path("entity").asText())
                    .isEqualTo("model_version");
        }
        String gone = create("http://127.0.0.1:1/", null, "model_version.created");
        admin(null)
                .post(WebhookCalls.NATIVE + "/" + gone + "/test")
                .then()
                .statusCode(200)
                .body("result", equalTo("WORTH_ANOTHER_TRY"))
                .body("status", equalTo(null))
                .body("error", containsString("refused"));
    }

    @Test
    void listsInPagesAndHidesFromMlflowWhatItsClientsCannotRead() throws Exception {
        String ours = create("https://example.com/a", null, "model_version_stage.changed");
        String both = create("https://example.com/b", null, "model_version_stage.changed", "model_version.created");

        List<String> seen = new ArrayList<>();
        String token = "";
        while (token != null) {
            ValidatableResponse page = admin(null)
                    .get(WebhookCalls.MLFLOW + "webhooks?max_results=3"
                            + (token.isEmpty() ? "" : "&page_token=" + token))
                    .then()
                    .statusCode(200);
            seen.addAll(page.extract().path("webhooks.webhook_id"));
            token = page.extract().path("next_page_token");
        }

        assertThat(seen).contains(both).doesNotContain(ours).doesNotHaveDuplicates();
        admin(null)
                .get(WebhookCalls.MLFLOW + "webhooks/" + both)
                .then()
                .body("webhook.events.size()", equalTo(1))
                .body("webhook.events[0].entity", equalTo("MODEL_VERSION"))
                .body("webhook.events[0].action", equalTo("CREATED"));
        admin(null).get(WebhookCalls.NATIVE + "/" + both).then().body("events.size()", equalTo(2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 'name'",
                "{\"name\": \"a\"} | 'url'",
                "{\"name\": \"a\", \"url\": \"https://example.com\"} | 'events'",
                "{\"name\": \"-a\", \"url\": \"https://example.com\", \"events\": [{\"entity\": \"PROMPT\", \"action\": \"CREATED\"}]} | name must be",
                "{\"name\": \"a\", \"url\": \"ftp://example.com\", \"events\": [{\"entity\": \"PROMPT\", \"action\": \"CREATED\"}]} | Invalid webhook URL scheme",
                "{\"name\": \"a\", \"url\": \"https://u:p@example.com\", \"events\": [{\"entity\": \"PROMPT\", \"action\": \"CREATED\"}]} | url must name a host",
                "{\"name\": \"a\", \"url\": \"https:///x\", \"events\": [{\"entity\": \"PROMPT\", \"action\": \"CREATED\"}]} | url",
                "{\"name\": \"a\", \"url\": \"https://exa mple.com\", \"events\": [{\"entity\": \"PROMPT\", \"action\": \"CREATED\"}]} | Invalid webhook URL",
                "{\"name\": \"a\", \"url\": \"https://example.com:70000\", \"events\": [{\"entity\": \"PROMPT\", \"action\": \"CREATED\"}]} | port",
                "{\"name\": \"a\", \"url\": \"https://example.com\", \"events\": [{\"entity\": \"PROMPT\", \"action\": \"EXPLODED\"}]} | events[0]",
                "{\"name\": \"a\", \"url\": \"https://example.com\", \"events\": [{\"entity\": \"PROMPT\"}]} | events[0].action",
                "{\"name\": \"a\", \"url\": \"https://example.com\", \"events\": \"x\"} | events",
                "{\"name\": \"a\", \"url\": \"https://example.com\", \"status\": \"ASLEEP\", \"events\": [{\"entity\": \"PROMPT\", \"action\": \"CREATED\"}]} | status"
            })
    void namesWhatIsWrong(String body, String text) {
        as(TestTokens.ADMIN)
                .body(body)
                .post(WebhookCalls.MLFLOW + "webhooks")
                .then()
                .statusCode(400)
                .body("error_code", equalTo("INVALID_PARAMETER_VALUE"))
                .body("message", containsString(text));
    }

    @Test
    void boundsTextsAndPagesAndKnowsWhatIsNotThere() {
        admin(Map.of(
                        "name",
                        "a",
                        "url",
                        "https://example.com/" + "x".repeat(2000),
                        "events",
                        List.of("prompt.created")))
                .post(WebhookCalls.NATIVE)
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo("/url"));
        admin(Map.of(
                        "name",
                        "a",
                        "url",
                        "https://example.com/",
                        "events",
                        List.of("prompt.created"),
                        "secret",
                        "x".repeat(1001)))
                .post(WebhookCalls.NATIVE)
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo("/secret"))
                .body(not(containsString("xxxxxxxx")));
        admin(null).get(WebhookCalls.NATIVE + "?pageSize=1001").then().statusCode(400);
        admin(null).get(WebhookCalls.NATIVE + "?pageToken=rubbish").then().statusCode(400);
        admin(null)
                .get(WebhookCalls.MLFLOW + "webhooks?max_results=1001")
                .then()
                .statusCode(400);
        for (String id : List.of("nothing", UUID.randomUUID().toString())) {
            admin(null)
                    .get(WebhookCalls.MLFLOW + "webhooks/" + id)
                    .then()
                    .statusCode(404)
                    .body("error_code", equalTo("RESOURCE_DOES_NOT_EXIST"));
            admin(Map.of("name", "a"))
                    .patch(WebhookCalls.NATIVE + "/" + id)
                    .then()
                    .statusCode(404);
            admin(null).delete(WebhookCalls.NATIVE + "/" + id).then().statusCode(404);
            admin(null).post(WebhookCalls.NATIVE + "/" + id + "/test").then().statusCode(404);
            admin(null)
                    .get(WebhookCalls.NATIVE + "/" + id + "/deliveries")
                    .then()
                    .statusCode(404);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {TestTokens.ENGINEER, TestTokens.APPROVER, TestTokens.VIEWER})
    void isForAdministrators(String token) {
        as(token).get(WebhookCalls.NATIVE).then().statusCode(403);
        as(token).get(WebhookCalls.MLFLOW + "webhooks").then().statusCode(403);
        as(token).body("{}").post(WebhookCalls.MLFLOW + "webhooks").then().statusCode(403);
    }
}
