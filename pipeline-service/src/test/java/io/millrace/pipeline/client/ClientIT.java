package io.millrace.pipeline.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The calls to other services, against a small HTTP server that answers what a test tells it. */
@QuarkusTest
@QuarkusTestResource(
        value = PostgresTestResource.class,
        restrictToAnnotatedClass = true,
        initArgs = {
            @ResourceArg(name = "service", value = "pipeline"),
            @ResourceArg(name = "millrace.pipeline.run.every", value = "off"),
            @ResourceArg(name = "millrace.pipeline.run.heartbeat-every", value = "off")
        })
class ClientIT {

    private final Map<String, Integer> statuses = new ConcurrentHashMap<>();
    private final Map<String, String> bodies = new ConcurrentHashMap<>();
    private final Map<String, String> keys = new ConcurrentHashMap<>();
    private final Map<String, String> tokens = new ConcurrentHashMap<>();

    @Inject
    JsonHttp http;

    private final ObjectMapper json = new ObjectMapper();
    private HttpServer server;
    private RegistryClient registry;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        registry = new RegistryClient(
                http, "http://127.0.0.1:" + server.getAddress().getPort(), json);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void movesAnAliasWithTheKeyOfItsCauseAndItsOwnIdentity() {
        String call = "PUT /api/v1/models/a%20b/aliases/champion";
        reply(call, 200, "{\"version\":3}");

        registry.moveAlias("a b", "champion", 3, "gates passed", "run:7", "run:7/deploy");

        assertThat(keys).containsEntry(call, "run:7/deploy");
        assertThat(tokens).containsEntry(call, "Bearer " + TestTokens.SERVICE);
    }

    @Test
    void registersAVersion() {
        reply("POST /api/v1/models/m/versions", 201, "{\"model\":\"m\",\"version\":4}");

        assertThat(registry.createVersion("m", json.createObjectNode(), "run:7/register"))
                .isEqualTo(4);
    }

    @Test
    void saysThatLaterMayHelpWhenTheOtherSideIsBroken() {
        reply("POST /api/v1/models/m/versions", 503, "{\"detail\":\"full\"}");

        assertThatThrownBy(() -> registry.createVersion("m", json.createObjectNode(), "k"))
                .isInstanceOfSatisfying(PlatformException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.UPSTREAM_UNAVAILABLE);
                    assertThat(e.detail()).contains("/api/v1/models/m/versions answered 503: full");
                });
    }

    @Test
    void saysThatTryingAgainIsNoUseWhenTheRequestIsRefused() {
        reply("POST /api/v1/models/m/versions", 409, "{\"detail\":\"no\"}");

        assertThatThrownBy(() -> registry.createVersion("m", json.createObjectNode(), "k"))
                .isInstanceOfSatisfying(
                        PlatformException.class,
                        e -> assertThat(e.code().temporary()).isFalse());
    }

    @Test
    void namesAServiceThatIsNotThere() {
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        server.stop(0);

        assertThatThrownBy(() -> registry.findAlias("m", "champion"))
                .isInstanceOfSatisfying(PlatformException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.UPSTREAM_UNAVAILABLE);
                    assertThat(e.detail()).contains(url);
                });
    }

    @Test
    void findsNoAliasOfAModelThatIsNotThere() {
        assertThat(registry.findAlias("nobody", "champion")).isEmpty();
    }

    @Test
    void refusesAFileWhoseDigestIsNotTheOneRegistered(@TempDir Path folder) {
        reply(
                "GET /api/v1/models/m/versions/1",
                200,
                "{\"files\":[{\"path\":\"model.json\",\"sha256\":\"" + "0".repeat(64) + "\"}]}");
        reply("GET /api/v1/models/m/versions/1/files/model.json", 200, "{}");

        assertThatThrownBy(() -> registry.download("m", 1, folder))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("digest of model.json");
    }

    @Test
    void refusesAFileThatWouldLeaveItsFolder(@TempDir Path folder) {
        reply("GET /api/v1/models/m/versions/1", 200, "{\"files\":[{\"path\":\"../x\",\"sha256\":\"0\"}]}");

        assertThatThrownBy(() -> registry.download("m", 1, folder))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("leaves its folder");
    }

    private void reply(String call, int status, String body) {
        statuses.put(call, status);
        bodies.put(call, body);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String call =
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath();
            exchange.getRequestBody().readAllBytes();
            remember(keys, call, exchange.getRequestHeaders().getFirst("Idempotency-Key"));
            remember(tokens, call, exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] body = bodies.getOrDefault(call, "{}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(statuses.getOrDefault(call, 404), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static void remember(Map<String, String> where, String call, String value) {
        if (value != null) {
            where.put(call, value);
        }
    }
}
