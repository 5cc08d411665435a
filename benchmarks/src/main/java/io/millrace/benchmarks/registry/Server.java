package io.millrace.benchmarks.registry;

import io.millrace.benchmarks.process.Processes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process that speaks MLflow's REST API, with its own log. Calls may come from any number of threads. */
final class Server implements AutoCloseable {

    private static final long START_SECONDS = 180;
    private static final int CONNECT_MS = 5_000;
    private static final int READ_MS = 120_000;

    private final String name;
    private final String url;
    private final String token;
    private final Process process;

    private Server(String name, String url, String token, Process process) {
        this.name = name;
        this.url = url;
        this.token = token;
        this.process = process;
    }

    /** Starts a command and waits until {@code /health} answers. */
    static Server start(
            String name, int port, String token, List<String> command, Map<String, String> environment, Path log)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Server server = new Server(name, "http://127.0.0.1:" + port, token, builder.start());
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try {
                server.call("GET", "/health", "");
                return server;
            } catch (IOException e) {
                if (!server.process.isAlive() || System.nanoTime() > end) {
                    server.close();
                    throw new IOException(name + " did not start:\n" + Files.readString(log), e);
                }
                Thread.sleep(200);
            }
        }
    }

    String name() {
        return name;
    }

    /** The body of the answer of an operation of MLflow's API. */
    String post(String operation, String body) throws IOException {
        return call("POST", "/api/2.0/mlflow/" + operation, body);
    }

    String get(String operation) throws IOException {
        return call("GET", "/api/2.0/mlflow/" + operation, "");
    }

    private String call(String method, String path, String body) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url + path).toURL().openConnection();
        connection.setConnectTimeout(CONNECT_MS);
        connection.setReadTimeout(READ_MS);
        connection.setRequestMethod(method);
        if (!token.isEmpty()) {
            connection.setRequestProperty("Authorization", "Bearer " + token);
        }
        if (method.equals("POST")) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            connection.setRequestProperty("Content-Type", "application/json");
            connection.setFixedLengthStreamingMode(bytes.length);
            connection.setDoOutput(true);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(bytes);
            }
        }
        int status = connection.getResponseCode();
        try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            if (in != null) {
                in.transferTo(answer);
            }
            if (status != 200) {
                throw new IOException(
                        name + " answered " + status + " to " + path + ": " + answer.toString(StandardCharsets.UTF_8));
            }
            return answer.toString(StandardCharsets.UTF_8);
        }
    }

    /** Ends the process and those that it started. */
    @Override
    public void close() {
        Processes.end(process);
    }
}
