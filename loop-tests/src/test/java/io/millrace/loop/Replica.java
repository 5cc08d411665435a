package io.millrace.loop;

import io.millrace.cli.platform.Ports;
import io.millrace.cli.platform.ServiceName;
import io.millrace.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One more serving-service on the store of a running platform, with a folder of its own. */
final class Replica implements AutoCloseable {

    private static final Duration LONG = Duration.ofMinutes(2);

    private final Process process;
    private final String url;

    private Replica(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    static Replica start(RunningPlatform running, EmbeddedPostgres postgres, Path folder)
            throws IOException, InterruptedException {
        Ports ports = running.platform().ports();
        Path secrets = running.platform().home().folder().resolve("secrets");
        int port = Ports.anyFree().of(ServiceName.SERVING);
        Files.createDirectories(folder);
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                        "-jar",
                        RunningPlatform.ROOT
                                .resolve("serving-service/target/quarkus-app/quarkus-run.jar")
                                .toString()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("serving.log").toFile());
        builder.environment()
                .putAll(Map.of(
                        "QUARKUS_HTTP_HOST", "127.0.0.1",
                        "QUARKUS_HTTP_PORT", Integer.toString(port),
                        "QUARKUS_DATASOURCE_JDBC_URL", postgres.jdbcUrl("millrace"),
                        "QUARKUS_DATASOURCE_USERNAME", "millrace_serving",
                        "QUARKUS_DATASOURCE_PASSWORD", Files.readString(secrets.resolve("serving.password")),
                        "MILLRACE_SERVICE_TOKEN", Files.readString(secrets.resolve("serving.token")),
                        "MILLRACE_REGISTRY_URL", ports.url(ServiceName.REGISTRY),
                        "MILLRACE_DATA_DIR", folder.resolve("data").toString()));
        Replica replica = new Replica(builder.start(), "http://127.0.0.1:" + port);
        Instant end = Instant.now().plus(LONG);
        while (!replica.ready()) {
            if (!replica.process.isAlive() || Instant.now().isAfter(end)) {
                replica.close();
                throw new IOException("the replica did not start:\n" + Files.readString(folder.resolve("serving.log")));
            }
            Thread.sleep(100);
        }
        return replica;
    }

    private boolean ready() {
        try {
            return ((HttpURLConnection)
                                    URI.create(url + "/q/health/ready").toURL().openConnection())
                            .getResponseCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    String url() {
        return url;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
