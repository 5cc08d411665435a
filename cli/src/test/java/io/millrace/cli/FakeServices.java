package io.millrace.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.cli.platform.ServiceName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Answers in the place of the four services, and writes a home that leads to them. */
final class FakeServices implements AutoCloseable {

    /**
     * What was asked.
     *
     * @param call service, method and path, such as {@code registry GET /api/v1/models}
     */
    record Asked(String call, String authorization, String body) {}

    private record Answer(int status, String body) {}

    private final List<HttpServer> servers = new ArrayList<>();
    private final Map<String, Deque<Answer>> answers = new HashMap<>();
    private final List<Asked> asked = new ArrayList<>();

    FakeServices(Path home) throws IOException {
        StringBuilder ports = new StringBuilder("postgres=1\n");
        for (ServiceName service : ServiceName.values()) {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> answer(service.wire(), exchange));
            server.start();
            servers.add(server);
            ports.append(service.wire() + "=" + server.getAddress().getPort() + "\n");
        }
        Files.createDirectories(home.resolve("run"));
        Files.createDirectories(home.resolve("secrets"));
        Files.writeString(home.resolve("secrets/admin.token"), "mlr_secret");
        Files.writeString(home.resolve("run/ports.properties"), ports);
    }

    /** The next answer to a call; the last one given is repeated. A call without an answer is not found. */
    FakeServices on(String call, int status, String body) {
        answers.computeIfAbsent(call, c -> new ArrayDeque<>()).add(new Answer(status, body));
        return this;
    }

    FakeServices on(String call, String body) {
        return on(call, 200, body);
    }

    synchronized List<Asked> asked() {
        return List.copyOf(asked);
    }

    private synchronized void answer(String service, HttpExchange exchange) throws IOException {
        String call = service + " " + exchange.getRequestMethod() + " " + exchange.getRequestURI();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(new Asked(call, exchange.getRequestHeaders().getFirst("Authorization"), body));
        Deque<Answer> known = answers.getOrDefault(call, new ArrayDeque<>());
        Answer answer = known.size() > 1 ? known.poll() : known.peek();
        if (answer == null) {
            answer = new Answer(404, "{\"detail\":\"nothing at " + call + "\"}");
        }
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        servers.forEach(server -> server.stop(0));
    }
}
