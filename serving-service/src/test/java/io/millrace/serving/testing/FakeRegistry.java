package io.millrace.serving.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.common.testing.TestTokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Versions and their files over HTTP, as the registry serves them; can be told to be broken. */
public final class FakeRegistry {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Map<String, byte[]>> versions = new ConcurrentHashMap<>();
    private final Map<String, String> wrongDigests = new ConcurrentHashMap<>();
    private final AtomicInteger downloads = new AtomicInteger();
    private final HttpServer server;
    private volatile boolean down;

    public FakeRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/models/", this::answer);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public void stop() {
        server.stop(0);
    }

    /** Registers the files of a folder. */
    public void add(String model, int version, Path folder) throws IOException {
        Map<String, byte[]> files = new ConcurrentHashMap<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.toList()) {
                files.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        add(model, version, files);
    }

    public void add(String model, int version, Map<String, byte[]> files) {
        versions.put(model + "/" + version, files);
    }

    /** Says another digest for a file than it has. */
    public void falsify(String model, int version, String file) {
        wrongDigests.put(model + "/" + version + "/" + file, "0".repeat(64));
    }

    public void repair(String model, int version, String file) {
        wrongDigests.remove(model + "/" + version + "/" + file);
    }

    /** Whether every request is answered 503. */
    public void setDown(boolean down) {
        this.down = down;
    }

    public int downloads() {
        return downloads.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String token = exchange.getRequestHeaders().getFirst("Authorization");
            if (!("Bearer " + TestTokens.SERVICE).equals(token)) {
                send(exchange, 401, new byte[0]);
                return;
            }
            String[] parts = exchange.getRequestURI().getRawPath().split("/", -1);
            String model = URLDecoder.decode(parts[4], StandardCharsets.UTF_8);
            Map<String, byte[]> files = versions.get(model + "/" + parts[6]);
            if (down) {
                send(exchange, 503, new byte[0]);
            } else if (files == null) {
                send(exchange, 404, new byte[0]);
            } else if (parts.length == 7) {
                send(exchange, 200, JSON.writeValueAsBytes(version(model, parts[6], files)));
            } else {
                downloads.incrementAndGet();
                send(exchange, 200, files.get(parts[8]));
            }
        }
    }

    private Map<String, Object> version(String model, String version, Map<String, byte[]> files) {
        List<Map<String, Object>> listed = new ArrayList<>();
        files.forEach((name, bytes) -> listed.add(Map.of(
                "path",
                name,
                "sizeBytes",
                bytes.length,
                "sha256",
                wrongDigests.getOrDefault(model + "/" + version + "/" + name, sha256(bytes)))));
        return Map.of(
                "model",
                model,
                "version",
                Integer.parseInt(version),
                "status",
                "READY",
                "format",
                "tribuo",
                "files",
                listed);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }
}
