package io.millrace.common.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

import io.millrace.common.testing.PostgresForTests;
import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.sql.DataSource;
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
class ErrorsIT {

    private static final int ELEVEN_MIB = 11 << 20;

    PostgresForTests postgres;

    @Inject
    DataSource dataSource;

    @TestHTTPResource("/")
    URI root;

    private static RequestSpecification engineer() {
        return given().header("Authorization", "Bearer " + TestTokens.ENGINEER);
    }

    @ParameterizedTest
    @CsvSource({
        "notfound, 404, not-found, 404, RESOURCE_DOES_NOT_EXIST",
        "exists, 409, already-exists, 400, RESOURCE_ALREADY_EXISTS",
        "stale, 409, stale-version, 409, RESOURCE_CONFLICT",
        "invalid, 400, invalid-request, 400, INVALID_PARAMETER_VALUE",
        "wrapped, 409, conflict, 400, INVALID_STATE",
        "lost, 503, unavailable, 503, TEMPORARILY_UNAVAILABLE",
        "upstream, 503, upstream-unavailable, 503, TEMPORARILY_UNAVAILABLE",
        "sql, 500, internal, 500, INTERNAL_ERROR",
        "bug, 500, internal, 500, INTERNAL_ERROR"
    })
    void saysOneFailureInThreeDialects(String how, int status, String slug, int mlflowStatus, String mlflowCode) {
        String detail = engineer()
                .get("/api/v1/probe/fail/" + how)
                .then()
                .statusCode(status)
                .contentType("application/problem+json")
                .body("type", equalTo("/problems/" + slug))
                .body("status", equalTo(status))
                .body("instance", equalTo("/api/v1/probe/fail/" + how))
                .body("requestId", matchesPattern("[0-9a-f-]{36}"))
                .extract()
                .path("detail");
        engineer()
                .get("/api/2.0/mlflow/probe/fail/" + how)
                .then()
                .statusCode(mlflowStatus)
                .contentType(ContentType.JSON)
                .body("error_code", equalTo(mlflowCode))
                .body("message", equalTo(detail))
                .body("size()", equalTo(2));
        engineer()
                .get("/v2/probe/fail/" + how)
                .then()
                .statusCode(status)
                .contentType(ContentType.JSON)
                .body("error", equalTo(detail))
                .body("size()", equalTo(1));
        assertThat(detail).doesNotContain("secret").doesNotContain("10.0.0.1").doesNotContain("Exception");
    }

    @Test
    void tellsWhenToTryAgain() {
        engineer().get("/v2/probe/fail/lost").then().statusCode(503).header("Retry-After", "1");
    }

    @Test
    void namesBadFieldsByPointer() {
        engineer()
                .get("/api/v1/probe/fail/invalid")
                .then()
                .body("errors", hasSize(1))
                .body("errors[0].pointer", equalTo("/arms/0/weight"))
                .body("errors[0].message", equalTo("must be positive"));
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/nothing, detail, 404",
        "/nothing, detail, 404",
        "/api/2.0/mlflow/nothing, message, 404",
        "/v2/nothing, error, 404"
    })
    void answersUnknownPathsInTheDialect(String path, String field, int status) {
        engineer().get(path).then().statusCode(status).body(field, equalTo("No such path: " + path));
    }

    @ParameterizedTest
    @CsvSource({"/api/v1/probe/body, detail", "/api/2.0/mlflow/probe/body, message", "/v2/probe/body, error"})
    void answersWrongMethodsInTheDialect(String path, String field) {
        engineer().delete(path).then().statusCode(405).body(field, equalTo("DELETE is not allowed on " + path));
    }

    @ParameterizedTest
    @CsvSource({"/api/v1/probe/body, detail", "/api/2.0/mlflow/probe/body, message", "/v2/probe/body, error"})
    void answersWrongMediaTypesInTheDialect(String path, String field) {
        engineer()
                .contentType("text/csv")
                .body("a,b")
                .post(path)
                .then()
                .statusCode(415)
                .body(field, containsString("text/csv"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"name\":\"a\",\"count\":\"many\"}; /count; must be a whole number, not many",
                "{\"name\":\"a\",\"kind\":\"BLUE\"}; /kind; must be one of RED, GREEN, not BLUE",
                "{\"name\":\"a\",\"at\":\"noon\"}; /at; must be a time in ISO 8601, not noon",
                "{\"name\":\"a\",\"items\":{}}; /items; must be an array",
                "{\"name\":\"a\",\"items\":[{\"label\":[]}]}; /items/0/label; must be a string",
                "{\"name\":\"a\",\"share\":{\"percent\":101}}; /share; is refused: percent: 101",
                "[]; ''; must be an object",
                "{\"nam\":\"a\"}; /nam; is not a known field; known are at, count, items, kind, name, share"
            })
    void namesTheFieldOfUnreadableJson(String body, String pointer, String message) {
        engineer()
                .contentType(ContentType.JSON)
                .body(body)
                .post("/api/v1/probe/body")
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo(pointer))
                .body("errors[0].message", org.hamcrest.Matchers.startsWith(message))
                .body("errors[0].line", equalTo(1));
    }

    @Test
    void saysWhereJsonBreaksOff() {
        engineer()
                .contentType(ContentType.JSON)
                .body("{\"name\":\n  \"a")
                .post("/api/v1/probe/body")
                .then()
                .statusCode(400)
                .body("errors[0].line", equalTo(2))
                .body("detail", containsString("is not valid JSON"))
                .body("detail", not(containsString("com.fasterxml")));
        engineer()
                .contentType(ContentType.JSON)
                .body("{")
                .post("/v2/probe/body")
                .then()
                .statusCode(400)
                .body("error", containsString("is not valid JSON"));
    }

    @Test
    void namesEveryFieldThatIsWrong() {
        engineer()
                .contentType(ContentType.JSON)
                .body("{\"name\":\" \",\"count\":11,\"items\":[{\"label\":\"x\"},{\"label\":\"\"}]}")
                .post("/api/v1/probe/body")
                .then()
                .statusCode(400)
                .body("errors.pointer", equalTo(List.of("/count", "/items/1/label", "/name")))
                .body("errors[0].message", equalTo("must be 10 at most"))
                .body("detail", containsString("items.1.label must not be blank"));
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/probe/body, detail, true",
        "/api/2.0/mlflow/probe/body, message, true",
        "/v2/probe/body, error, true",
        "/api/v1/probe/body, detail, false",
        "/v2/probe/body, error, false"
    })
    void refusesBodiesThatAreTooLarge(String path, String field, boolean lengthKnown) throws Exception {
        byte[] bytes = new byte[ELEVEN_MIB];
        java.util.Arrays.fill(bytes, (byte) ' ');
        BodyPublisher body = lengthKnown
                ? BodyPublishers.ofByteArray(bytes)
                : BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes));
        HttpRequest request = HttpRequest.newBuilder(root.resolve(path))
                .header("Authorization", "Bearer " + TestTokens.ENGINEER)
                .header("Content-Type", "application/json")
                .POST(body)
                .build();

        HttpResponse<String> response = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.body()).contains("\"" + field + "\"").contains("too large");
    }

    @Test
    void logsABugOnceWithTheRequestId() {
        List<LogRecord> records = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord logged) {
                records.add(logged);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("");
        logger.addHandler(handler);
        try {
            engineer()
                    .header(RequestId.HEADER, "bug-42")
                    .get("/api/v1/probe/fail/bug")
                    .then()
                    .statusCode(500)
                    .header(RequestId.HEADER, "bug-42")
                    .body("requestId", equalTo("bug-42"))
                    .body("detail", equalTo("Internal error"));
        } finally {
            logger.removeHandler(handler);
        }

        List<LogRecord> errors = records.stream()
                .filter(r -> r.getThrown() != null)
                .filter(r -> String.valueOf(r.getThrown().getMessage()).contains("secret inner state"))
                .toList();
        assertThat(errors).hasSize(1);
        assertThat(((org.jboss.logmanager.ExtLogRecord) errors.get(0)).getFormattedMessage())
                .isEqualTo("request failed requestId=bug-42 path=/api/v1/probe/fail/bug");
    }

    @Test
    void replacesARequestIdThatCouldForgeALogLine() {
        engineer()
                .header(RequestId.HEADER, "a b\"c")
                .get("/api/v1/probe/whoami")
                .then()
                .header(RequestId.HEADER, matchesPattern("[0-9a-f-]{36}"));
    }

    @Test
    void putsSecurityHeadersOnEveryAnswer() {
        for (String path : List.of("/api/v1/probe/whoami", "/nothing", "/q/health/live")) {
            engineer()
                    .get(path)
                    .then()
                    .header("X-Content-Type-Options", "nosniff")
                    .header("Cache-Control", "no-store")
                    .header("Content-Security-Policy", equalTo("default-src 'none'; frame-ancestors 'none'"));
        }
    }

    @Test
    void answers503WhenTheConnectionIsLostAndRecovers() {
        engineer().get("/api/v1/probe/store").then().statusCode(200).body("one", equalTo(1));

        postgres.dropConnections();

        List<Integer> answers = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            answers.add(engineer().get("/api/v1/probe/store").statusCode());
        }
        assertThat(answers).isSubsetOf(200, 503).endsWith(200);
    }

    @Test
    void answers503WhenNoConnectionIsFree() throws Exception {
        List<Connection> held = new ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                held.add(dataSource.getConnection());
            }
            engineer()
                    .get("/api/v1/probe/store")
                    .then()
                    .statusCode(503)
                    .header("Retry-After", "1")
                    .body("type", equalTo("/problems/unavailable"));
        } finally {
            for (Connection connection : held) {
                connection.close();
            }
        }
        engineer().get("/api/v1/probe/store").then().statusCode(200);
    }
}
