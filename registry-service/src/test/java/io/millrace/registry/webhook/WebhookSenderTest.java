package io.millrace.registry.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.millrace.registry.webhook.WebhookAttempt.Result;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebhookSenderTest {

    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final String TRUST = "javax.net.ssl.trustStore";

    @TempDir
    static Path folder;

    private static Vertx vertx;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }

    /** Every name leads to this machine. */
    private static WebhookSender sender(Duration timeout) {
        WebhookConfig config = new TestConfig(timeout);
        HostNames names = new HostNames() {
            @Override
            List<InetAddress> lookup(String host) {
                return List.of(InetAddress.getLoopbackAddress());
            }
        };
        return new WebhookSender(
                vertx,
                new Destinations(config, names),
                config,
                Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC));
    }

    private record TestConfig(Duration timeout) implements WebhookConfig {

        @Override
        public boolean allowPrivateAddresses() {
            return true;
        }

        @Override
        public boolean allowHttp() {
            return true;
        }

        @Override
        public int maxAttempts() {
            return 1;
        }

        @Override
        public Duration delay() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration maxDelay() {
            return Duration.ofSeconds(1);
        }

        @Override
        public int workers() {
            return 1;
        }

        @Override
        public Duration every() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration retention() {
            return Duration.ofDays(1);
        }

        @Override
        public int maxWebhooks() {
            return 1;
        }
    }

    @Test
    void leavesAReceiverThatDoesNotAnswer() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        HttpServer server = server(HttpServer.create(), exchange -> await(end));
        try {
            WebhookAttempt attempt = send(sender(Duration.ofMillis(300)), "http://hook.test:" + port(server));

            assertThat(attempt.result()).isEqualTo(Result.WORTH_ANOTHER_TRY);
            assertThat(attempt.error()).contains("no answer within 300 ms");
            assertThat(attempt.status()).isNull();
        } finally {
            end.countDown();
            server.stop(0);
        }
    }

    @Test
    void cutsAnAnswerWithoutEnd() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        HttpServer server = server(HttpServer.create(), exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(new byte[20_000]);
            exchange.getResponseBody().flush();
            await(end);
        });
        try {
            WebhookAttempt attempt = send(sender(Duration.ofSeconds(60)), "http://hook.test:" + port(server));

            assertThat(attempt.result()).isEqualTo(Result.DELIVERED);
            assertThat(attempt.response()).hasSizeLessThanOrEqualTo(1000);
        } finally {
            end.countDown();
            server.stop(0);
        }
    }

    @Test
    void connectsToTheCheckedAddressAndAsksForTheCertificateOfTheName() throws Exception {
        Path store = certificateFor("hook.test");
        HttpsServer server = HttpsServer.create();
        server.setHttpsConfigurator(new HttpsConfigurator(context(store)));
        server(server, exchange -> {
            byte[] host = exchange.getRequestHeaders().getFirst("Host").getBytes("UTF-8");
            exchange.sendResponseHeaders(200, host.length);
            exchange.getResponseBody().write(host);
        });
        String before = System.getProperty(TRUST);
        try {
            String url = "https://hook.test:" + port(server) + "/";
            assertThat(send(sender(Duration.ofSeconds(60)), url).error()).containsIgnoringCase("certification path");

            System.setProperty(TRUST, trusting(store).toString());
            System.setProperty(TRUST + "Password", new String(PASSWORD));
            WebhookAttempt trusted = send(sender(Duration.ofSeconds(60)), url);
            assertThat(trusted.result()).as(trusted.toString()).isEqualTo(Result.DELIVERED);
            assertThat(trusted.response()).isEqualTo("hook.test:" + port(server));

            WebhookAttempt other = send(sender(Duration.ofSeconds(60)), "https://other.test:" + port(server) + "/");
            assertThat(other.result()).isEqualTo(Result.WORTH_ANOTHER_TRY);
            assertThat(other.error()).contains("other.test");
        } finally {
            System.clearProperty(TRUST + "Password");
            if (before == null) {
                System.clearProperty(TRUST);
            } else {
                System.setProperty(TRUST, before);
            }
            server.stop(0);
        }
    }

    private static WebhookAttempt send(WebhookSender sender, String url) {
        try {
            return sender.send(url, "secret", UUID.randomUUID(), "{}");
        } finally {
            sender.close();
        }
    }

    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private static HttpServer server(HttpServer server, Answer answer) throws IOException {
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                answer.to(exchange);
            }
        });
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
        return server;
    }

    private static int port(HttpServer server) {
        return server.getAddress().getPort();
    }

    private static void await(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Path certificateFor(String name) throws Exception {
        Path store = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "hook",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "SAN=dns:" + name,
                        "-keystore",
                        store.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD))
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        return store;
    }

    private static Path trusting(Path store) throws Exception {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, PASSWORD);
        trust.setCertificateEntry("hook", load(store).getCertificate("hook"));
        Path file = folder.resolve("trust.p12");
        try (var out = Files.newOutputStream(file)) {
            trust.store(out, PASSWORD);
        }
        return file;
    }

    private static KeyStore load(Path store) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    private static SSLContext context(Path store) throws Exception {
        KeyStore keys = load(store);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }
}
