package io.millrace.monitoring.integrity;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.millrace.common.testing.Eventually;
import io.millrace.common.testing.PostgresForTests;
import io.millrace.common.testing.TestTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
class RefusalIT {

    PostgresForTests postgres;

    @Test
    void alertsWhenServingRefusesAVersionAndResolvesWhenItAcceptsIt() throws Exception {
        String data = "{\"model\": \"tampered\", \"version\": 3, \"reason\": \"file m.bin does not match\"}";
        for (int i = 0; i < 2; i++) {
            postgres.execute(
                    "insert into serving.event (type, subject, data, caused_by) values ('serving.version.refused',"
                            + " 'door', '" + data + "', 'service:serving')");
        }

        Eventually.holds("an alert", () -> alerts("door").size() == 1);
        as(TestTokens.VIEWER)
                .get("/api/v1/alerts?endpoint=door")
                .then()
                .body("items[0].kind", equalTo("integrity"))
                .body("items[0].severity", equalTo("critical"))
                .body("items[0].summary", containsString("file m.bin does not match"));
        assertThat(postgres.single("select count(*) from monitoring.retraining_request where endpoint = 'door'"))
                .isEqualTo("0");

        postgres.execute(
                "insert into serving.event (type, subject, data, caused_by) values ('serving.version.accepted',"
                        + " 'door', '" + data + "', 'service:serving')");
        Eventually.holds("resolved", () -> alerts("door").equals(List.of("resolved")));
    }

    private static List<String> alerts(String endpoint) {
        return as(TestTokens.VIEWER).get("/api/v1/alerts?endpoint=" + endpoint).path("items.state");
    }

    private static RequestSpecification as(String token) {
        return given().header("Authorization", "Bearer " + token);
    }
}
