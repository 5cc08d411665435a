package io.millrace.registry.webhook;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;

import io.millrace.common.testing.TestTokens;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Calls that the tests of webhooks make. */
final class WebhookCalls {

    static final String MLFLOW = "/api/2.0/mlflow/";
    static final String NATIVE = "/api/v1/webhooks";

    private WebhookCalls() {}

    static String signature(String secret, Receiver.Message message) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes("UTF-8"), "HmacSHA256"));
        String signed = message.headers().get("X-MLflow-Delivery-Id") + "."
                + message.headers().get("X-MLflow-Timestamp") + "." + message.body();
        return "v1," + java.util.Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes("UTF-8")));
    }

    static ValidatableResponse log(String webhook) {
        return admin(null).get(NATIVE + "/" + webhook + "/deliveries").then().statusCode(200);
    }

    static String create(String url, String secret, String... events) {
        Map<String, Object> body = new HashMap<>(Map.of("name", "hook", "url", url, "events", List.of(events)));
        if (secret != null) {
            body.put("secret", secret);
        }
        return admin(body).post(NATIVE).then().statusCode(201).extract().path("webhookId");
    }

    static String mlflow(String url, String secret, String... events) {
        List<Map<String, String>> list = new ArrayList<>();
        for (String event : events) {
            list.add(Map.of("entity", event.split("\\.")[0], "action", event.split("\\.")[1]));
        }
        return admin(Map.of("name", "hook", "url", url, "secret", secret, "events", list))
                .post(MLFLOW + "webhooks")
                .then()
                .statusCode(200)
                .body("webhook.status", equalTo("ACTIVE"))
                .extract()
                .path("webhook.webhook_id");
    }

    static String model() {
        String name = "model-" + UUID.randomUUID();
        admin(Map.of("name", name))
                .post(MLFLOW + "registered-models/create")
                .then()
                .statusCode(200);
        return name;
    }

    static void version(String model) {
        admin(Map.of(
                        "name",
                        model,
                        "source",
                        "s3://bucket/model",
                        "tags",
                        List.of(Map.of("key", "first", "value", "yes"))))
                .post(MLFLOW + "model-versions/create")
                .then()
                .statusCode(200);
    }

    static void tag(String model) {
        admin(Map.of("name", model, "version", "1", "key", "checked", "value", "ok"))
                .post(MLFLOW + "model-versions/set-tag")
                .then()
                .statusCode(200);
    }

    static void alias(String model) {
        admin(Map.of("name", model, "alias", "champion", "version", "1"))
                .post(MLFLOW + "registered-models/alias")
                .then()
                .statusCode(200);
    }

    static RequestSpecification admin(Object body) {
        RequestSpecification request = as(TestTokens.ADMIN);
        return body == null ? request : request.body(body);
    }

    static RequestSpecification as(String token) {
        return given().header("Authorization", "Bearer " + token).contentType(ContentType.JSON);
    }
}
