package io.millrace.registry.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.IntUnaryOperator;

/** Another system that is told: keeps what it got and answers as it is told to. */
final class Receiver implements AutoCloseable {

    record Message(Map<String, String> headers, String body) {

        JsonNode json() {
            try {
                return new ObjectMapper().readTree(body);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    private final HttpServer server;
    private final List<Message> messages = new CopyOnWriteArrayList<>();
    private final Map<String, String> answerHeaders;
    private final IntUnaryOperator status;

    /** @param status of the n-th answer, from 1; negative ends the connection without one */
    Receiver(IntUnaryOperator status, Map<String, String> answerHeaders) throws IOException {
        this.status = status;
        this.answerHeaders = answerHeaders;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/", this::receive);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
    }

    Receiver() throws IOException {
        this(n -> 200, Map.of());
    }

    private void receive(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
        int answer;
        synchronized (this) {
            messages.add(new Message(headers, body));
            answer = status.applyAsInt(messages.size());
        }
        if (answer < 0) {
            exchange.close();
            return;
        }
        byte[] text = ("answer " + "x".repeat(5000)).getBytes(StandardCharsets.UTF_8);
        answerHeaders.forEach(exchange.getResponseHeaders()::add);
        exchange.sendResponseHeaders(answer, text.length);
        try (var out = exchange.getResponseBody()) {
            out.write(text);
        }
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/hook?x=1";
    }

    int port() {
        return server.getAddress().getPort();
    }

    List<Message> messages() {
        return List.copyOf(messages);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
