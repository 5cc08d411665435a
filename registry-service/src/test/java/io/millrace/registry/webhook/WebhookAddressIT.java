package io.millrace.registry.webhook;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.millrace.common.testing.Eventually;
import io.millrace.common.testing.PostgresForTests;
import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** As it is configured when nobody says anything: encrypted, and only to the public internet. */
@QuarkusTest
@QuarkusTestResource(
        value = PostgresTestResource.class,
        restrictToAnnotatedClass = true,
        initArgs = {
            @ResourceArg(name = "service", value = "registry"),
            @ResourceArg(name = "millrace.registry.webhook.every", value = "50ms"),
            @ResourceArg(name = "millrace.registry.webhook.max-attempts", value = "2"),
            @ResourceArg(name = "millrace.registry.webhook.delay", value = "20ms")
        })
class WebhookAddressIT {

    private static final String API = "/api/v1/webhooks";

    PostgresForTests postgres;

    /** What the name rebound.test leads to now. */
    private final AtomicReference<List<String>> addresses = new AtomicReference<>(List.of("93.184.215.14"));

    @BeforeEach
    void namesAreOurs() {
        QuarkusMock.installMockForType(
                new HostNames() {
                    @Override
                    List<InetAddress> lookup(String host) throws UnknownHostException {
                        if (host.equals("unknown.test")) {
                            throw new UnknownHostException(host);
                        }
                        if (!host.equals("rebound.test")) {
                            return super.lookup(host);
                        }
                        List<InetAddress> found = new java.util.ArrayList<>();
                        for (String address : addresses.get()) {
                            found.add(InetAddress.getByName(address));
                        }
                        return found;
                    }
                },
                HostNames.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1/",
                "https://127.1/",
                "https://2130706433/",
                "https://localhost/",
                "https://10.1.2.3:8443/x",
                "https://169.254.169.254/latest/meta-data/",
                "https://[::1]/",
                "https://[::ffff:127.0.0.1]/",
                "https://[fd00:ec2::254]/",
                "https://[fe80::1%25lo]/",
                "https://0.0.0.0/",
                "https://192.168.0.1/"
            })
    void refusesAddressesOfItsOwnNetwork(String url) {
        create(url).then().statusCode(400).body("errors[0].pointer", equalTo("/url"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://example.com/",
                "HTTP://example.com/",
                "file:///etc/passwd",
                "gopher://example.com",
                "//example.com",
                "example.com"
            })
    void refusesWhatIsNotEncrypted(String url) {
        create(url).then().statusCode(400).body("errors[0].message", containsString("https://"));
    }

    @Test
    void looksAgainWhereANameLeadsWhenItDelivers() throws Exception {
        String id = create("https://rebound.test/hook")
                .then()
                .statusCode(201)
                .extract()
                .path("webhookId");
        try (Receiver inside = new Receiver()) {
            postgres.execute("update registry.webhook set url = 'https://rebound.test:" + inside.port()
                    + "/' where webhook_id = '" + id + "'");
            addresses.set(List.of("93.184.215.14", "127.0.0.1"));
            model();

            Eventually.holds("refused", () -> "FAILED".equals(status(id)));

            as().get(API + "/" + id + "/deliveries")
                    .then()
                    .body("items[0].attempts", equalTo(1))
                    .body("items[0].error", containsString("not on the public internet"));
            as().post(API + "/" + id + "/test")
                    .then()
                    .statusCode(200)
                    .body("result", equalTo("HOPELESS"))
                    .body("error", containsString("not on the public internet"));
            assertThat(inside.messages()).isEmpty();
        }
    }

    @Test
    void takesANameThatIsNotKnownYetAndTriesItAgain() throws Exception {
        String id = create("https://unknown.test/hook")
                .then()
                .statusCode(201)
                .extract()
                .path("webhookId");
        model();

        Eventually.holds("given up", () -> "FAILED".equals(status(id)));

        as().get(API + "/" + id + "/deliveries")
                .then()
                .body("items[0].attempts", equalTo(2))
                .body("items[0].error", containsString("unknown host"));
    }

    private String status(String webhook) {
        return postgres.single("select status from registry.webhook_delivery where webhook_id = '" + webhook + "'");
    }

    private static io.restassured.response.Response create(String url) {
        return as().body(Map.of("name", "hook", "url", url, "events", List.of("registered_model.created")))
                .post(API);
    }

    private static void model() {
        as().body(Map.of("name", "model-" + java.util.UUID.randomUUID()))
                .post("/api/v1/models")
                .then()
                .statusCode(201);
    }

    private static RequestSpecification as() {
        return given().header("Authorization", "Bearer " + TestTokens.ADMIN).contentType(ContentType.JSON);
    }
}
