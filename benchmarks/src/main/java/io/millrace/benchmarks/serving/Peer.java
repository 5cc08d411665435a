package io.millrace.benchmarks.serving;

import io.millrace.benchmarks.process.Processes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A server with the same model, and the call that asks it for one row. Its process, where it has one, ends with it.
 *
 * @param cpuMicros CPU time of the server so far, all its processes, in microseconds
 */
record Peer(
        String name,
        int port,
        String path,
        String token,
        String body,
        DoubleSupplier cpuMicros,
        @Nullable Process process)
        implements AutoCloseable {

    private static final double TOLERANCE = 1e-5;
    private static final long START_SECONDS = 120;
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+\\.[0-9]+(?:[eE]-?[0-9]+)?");
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Starts the script's server of that name. */
    static Peer start(Path python, Path folder, String name, String path, String body) throws IOException {
        int port = Setting.freePort();
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        python.toString(),
                        "benchmarks/src/main/python/peers.py",
                        name,
                        folder.toString(),
                        Integer.toString(port)))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile());
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        Process process = builder.start();
        return new Peer(name, port, path, "", body, () -> Processes.cpuMicros(process), process);
    }

    /** Waits until it answers the row, and makes sure that it answers as the model does in Python. */
    void await(double probability) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        String told = "nothing";
        while (System.nanoTime() < end && (process == null || process.isAlive())) {
            try {
                HttpResponse<String> answer = HTTP.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .timeout(Duration.ofSeconds(10))
                                .header("Content-Type", "application/json")
                                .header("Authorization", "Bearer " + token)
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                told = answer.statusCode() + " " + answer.body();
                if (answer.statusCode() == 200) {
                    if (!holds(answer.body(), probability)) {
                        throw new IllegalStateException(name + " says " + told + ", Python " + probability);
                    }
                    return;
                }
            } catch (IOException e) {
                told = String.valueOf(e.getMessage());
            }
            Thread.sleep(200);
        }
        throw new IOException(name + " does not answer: " + told);
    }

    private static boolean holds(String body, double probability) {
        Matcher numbers = NUMBER.matcher(body);
        while (numbers.find()) {
            if (Math.abs(Double.parseDouble(numbers.group()) - probability) < TOLERANCE) {
                return true;
            }
        }
        return false;
    }

    Load load(int connections) {
        return new Load(port, path, token, body, connections);
    }

    @Override
    public void close() {
        if (process != null) {
            Processes.end(process);
        }
    }

    /** Writes the model for all of them with Python. */
    static void train(Path python, Path folder, String data) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        python.toString(), "benchmarks/src/main/python/peers.py", "train", folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("train.log").toFile());
        if (!data.isEmpty()) {
            builder.command().add(data);
        }
        if (builder.start().waitFor() != 0) {
            throw new IOException("the model could not be trained:\n" + Files.readString(folder.resolve("train.log")));
        }
    }
}
