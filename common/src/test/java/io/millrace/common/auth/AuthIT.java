package io.millrace.common.auth;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.millrace.common.probe.TestClock;
import io.millrace.common.testing.Eventually;
import io.millrace.common.testing.PostgresForTests;
import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(
        value = PostgresTestResource.class,
        initArgs = {
            @ResourceArg(name = "service", value = "pipeline"),
            @ResourceArg(name = "millrace.schema", value = "pipeline"),
            @ResourceArg(name = "millrace.outbox.every", value = "off"),
            @ResourceArg(name = "quarkus.http.test-port", value = "0"),
            @ResourceArg(name = "quarkus.datasource.jdbc.acquisition-timeout", value = "1S")
        })
class AuthIT {

    private static final String WHOAMI = "/api/v1/probe/whoami";

    PostgresForTests postgres;

    @Inject
    TestClock clock;

    private static int status(String token, String path) {
        return given().header("Authorization", "Bearer " + token).get(path).statusCode();
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private String newToken(String name, String role, String expiresAt) {
        String token = Tokens.create(new SecureRandom());
        postgres.execute("insert into registry.token (name, hash, roles, expires_at) values ('" + name + "', '"
                + Tokens.hash(token) + "', array['" + role + "'], " + expiresAt + ")");
        return token;
    }

    @Test
    void knowsTheOwnerOfATokenAndAllRolesItBrings() {
        given().header("Authorization", "Bearer " + TestTokens.ENGINEER)
                .get(WHOAMI)
                .then()
                .statusCode(200)
                .body("name", equalTo("test-engineer"))
                .body("roles", containsInAnyOrder("engineer", "viewer", "predictor"));
    }

    @Test
    void takesTheTokenFromABasicPasswordWhateverTheUser() {
        given().header("Authorization", basic("anyone", TestTokens.VIEWER))
                .get(WHOAMI)
                .then()
                .statusCode(200)
                .body("name", equalTo("test-viewer"));
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/probe/whoami, detail",
        "/api/v1/nothing, detail",
        "/api/2.0/mlflow/probe/fail/bug, message",
        "/api/2.0/mlflow/nothing, message",
        "/ajax-api/2.0/mlflow/nothing, message",
        "/v2/probe/fail/bug, error",
        "/v2/nothing, error",
        "/q/metrics, detail",
        "/q/openapi, detail"
    })
    void refusesWithoutAValidTokenInTheDialect(String path, String field) {
        for (String header : List.of("", "Bearer mlr_wrong", basic("a", "mlr_wrong"), "Basic %%%", "Digest x")) {
            var request = header.isEmpty() ? given() : given().header("Authorization", header);
            request.get(path)
                    .then()
                    .statusCode(401)
                    .header("WWW-Authenticate", "Bearer realm=\"millrace\"")
                    .body(field, equalTo("A valid access token is required (Authorization: Bearer …)"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/probe/admin, GET, detail",
        "/api/v1/probe/body, POST, detail",
        "/api/2.0/mlflow/probe/body, POST, message",
        "/v2/probe/body, POST, error"
    })
    void forbidsWhatTheRolesDoNotAllowInTheDialect(String path, String method, String field) {
        given().header("Authorization", "Bearer " + TestTokens.VIEWER)
                .contentType(ContentType.JSON)
                .body("{")
                .request(method, path)
                .then()
                .statusCode(403)
                .body(field, equalTo("The token's roles do not allow this"));
    }

    @Test
    void letsAnAdminDoEverything() {
        assertThat(status(TestTokens.ADMIN, "/api/v1/probe/admin")).isEqualTo(200);
        assertThat(status(TestTokens.ADMIN, WHOAMI)).isEqualTo(200);
        assertThat(status(TestTokens.PREDICTOR, WHOAMI)).isEqualTo(403);
        assertThat(status(TestTokens.APPROVER, WHOAMI)).isEqualTo(200);
    }

    @Test
    void answersHealthWithoutAToken() {
        given().get("/q/health/live").then().statusCode(200);
        given().get("/q/health/ready")
                .then()
                .statusCode(200)
                .body("checks.find { it.name == 'schema' }.data.found", notNullValue());
    }

    @Test
    void knowsANewTokenOnItsFirstUse() {
        clock.mutable().advance(Duration.ofSeconds(1));

        String token = newToken("fresh", "viewer", "null");

        assertThat(status(token, WHOAMI)).isEqualTo(200);
    }

    @Test
    void forgetsARevokedTokenAtTheNextRefresh() throws Exception {
        clock.mutable().advance(Duration.ofSeconds(1));
        String token = newToken("revoked", "viewer", "null");
        assertThat(status(token, WHOAMI)).isEqualTo(200);

        postgres.execute("update registry.token set revoked_at = now() where name = 'revoked'");

        Eventually.holds("the revoked token is refused", () -> status(token, WHOAMI) == 401);
    }

    @Test
    void refusesATokenFromTheMomentItExpires() {
        clock.mutable().advance(Duration.ofSeconds(1));
        String end = clock.clock().instant().plusSeconds(60).toString();
        String token = newToken("short", "viewer", "timestamptz '" + end + "'");
        assertThat(status(token, WHOAMI)).isEqualTo(200);

        clock.mutable().advance(Duration.ofSeconds(60));

        assertThat(status(token, WHOAMI)).isEqualTo(401);
    }

    @Test
    void goesOnKnowingTokensWhileTheStoreIsAway() {
        postgres.execute("alter table registry.token rename to token_away");
        try {
            assertThat(status(TestTokens.ENGINEER, WHOAMI)).isEqualTo(200);
        } finally {
            postgres.execute("alter table registry.token_away rename to token");
        }
    }
}
