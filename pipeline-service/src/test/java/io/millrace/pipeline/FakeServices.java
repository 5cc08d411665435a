package io.millrace.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A registry and a serving service that remember what they were asked. What carries an idempotency key is done once. A test
 * may say how single calls are answered instead.
 */
public final class FakeServices implements QuarkusTestResourceLifecycleManager {

    /** One call as it came; {@code body} is empty for an upload. */
    public record Call(String method, String path, @Nullable String key, JsonNode body) {}

    private record Reply(int status, String body) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Map<String, String> byKey = new ConcurrentHashMap<>();
    private final Map<String, Queue<Reply>> replies = new ConcurrentHashMap<>();
    private final Map<String, String> kept = new ConcurrentHashMap<>();
    private @Nullable HttpServer server;

    @Override
    public Map<String, String> start() {
        try {
            HttpServer started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            started.createContext("/", this::answer);
            started.setExecutor(Executors.newFixedThreadPool(2));
            started.start();
            server = started;
            String url = "http://127.0.0.1:" + started.getAddress().getPort();
            return Map.of("millrace.registry-url", url, "millrace.serving-url", url);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        HttpServer stopping = server;
        if (stopping != null) {
            stopping.stop(0);
        }
    }

    @Override
    public void inject(Object testInstance) {
        for (Field field : testInstance.getClass().getDeclaredFields()) {
            if (field.getType() == FakeServices.class) {
                try {
                    field.setAccessible(true);
                    field.set(testInstance, this);
                } catch (IllegalAccessException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    public void forget() {
        calls.clear();
        byKey.clear();
        replies.clear();
        kept.clear();
    }

    /** Answers the next call of {@code METHOD path} so; after it, and after others said so, as usual. */
    public void next(String call, int status, String body) {
        replies.computeIfAbsent(call, c -> new ArrayDeque<>()).add(new Reply(status, body));
    }

    /** Answers every call of {@code METHOD path} with 200 and this, from now on. */
    public void keep(String call, String body) {
        kept.put(call, body);
    }

    public List<Call> calls(String method, String path) {
        return calls.stream()
                .filter(c -> c.method().equals(method) && c.path().equals(path))
                .toList();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            String path = exchange.getRequestURI().getRawPath();
            byte[] sent = exchange.getRequestBody().readAllBytes();
            boolean json =
                    "application/json".equals(exchange.getRequestHeaders().getFirst("Content-Type"));
            String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
            JsonNode body = json && sent.length > 0 ? JSON.readTree(sent) : JSON.createObjectNode();
            calls.add(new Call(method, path, key, body));
            Reply reply = reply(method, path, key, body);
            byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private synchronized Reply reply(String method, String path, @Nullable String key, JsonNode body) {
        Queue<Reply> told = replies.get(method + " " + path);
        if (told != null && !told.isEmpty()) {
            return told.remove();
        }
        if (method.equals("GET")) {
            String found = kept.get("GET " + path);
            return found == null ? new Reply(404, "{\"detail\":\"No such thing\"}") : new Reply(200, found);
        }
        if (method.equals("PUT") && path.startsWith("/api/v1/endpoints/")) {
            kept.put("GET " + path, body.toString());
        }
        if (!method.equals("POST") || key == null) {
            return new Reply(200, "{}");
        }
        String name = path.endsWith("/versions") ? "version" : "runId";
        return new Reply(200, byKey.computeIfAbsent(key, k -> "{\"%s\":\"%d\"}".formatted(name, byKey.size() + 1)));
    }
}
