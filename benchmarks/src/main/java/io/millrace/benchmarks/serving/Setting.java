package io.millrace.benchmarks.serving;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.benchmarks.process.Processes;
import io.millrace.db.Migrator;
import io.millrace.db.MigratorConfig;
import io.millrace.db.MigratorConfig.BootstrapToken;
import io.millrace.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;

/** The packaged service with a store, a registry of one model, and the yardstick as its agent. */
final class Setting implements AutoCloseable {

    static final String TOKEN = "mlr_benchmark";

    private static final String DATABASE = "millrace";
    private static final String PASSWORD = "benchmark";
    private static final long START_SECONDS = 120;
    private static final String WAITING = "millrace_serving_log_spool ";
    private static final int FEW = 100;

    private final HttpServer registry;
    private final Process process;
    private final int port;
    private final int barePort;

    private Setting(HttpServer registry, Process process, int port, int barePort) {
        this.registry = registry;
        this.process = process;
        this.port = port;
        this.barePort = barePort;
    }

    int port() {
        return port;
    }

    int barePort() {
        return barePort;
    }

    /** CPU time of the service so far, all its threads, in microseconds. */
    double cpuMicros() {
        return Processes.cpuMicros(process);
    }

    static Setting start(EmbeddedPostgres postgres, Path work, ServedModel model) throws Exception {
        Path jar = Path.of("serving-service/target/quarkus-app/quarkus-run.jar");
        if (!Files.isRegularFile(jar)) {
            throw new IOException(
                    jar + " is missing: run ./mvnw package -DskipTests, and this in the project's folder");
        }
        try (Connection connection = postgres.connect("postgres");
                var statement = connection.createStatement()) {
            statement.execute("create database " + DATABASE);
        }
        Migrator.migrate(new MigratorConfig(
                postgres.jdbcUrl(DATABASE),
                EmbeddedPostgres.USER,
                postgres.password(),
                Map.of("registry", PASSWORD, "serving", PASSWORD),
                List.of(new BootstrapToken(
                        "benchmark",
                        List.of("admin", "engineer", "predictor"),
                        sha256(TOKEN.getBytes(StandardCharsets.UTF_8))))));
        register(postgres, model.format());
        HttpServer registry = registry(model);
        int port = freePort();
        int barePort = freePort();
        Map<String, String> environment = new HashMap<>();
        environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        environment.put("QUARKUS_DATASOURCE_JDBC_URL", postgres.jdbcUrl(DATABASE));
        environment.put("QUARKUS_DATASOURCE_USERNAME", "millrace_serving");
        environment.put("QUARKUS_DATASOURCE_PASSWORD", PASSWORD);
        environment.put("MILLRACE_SERVICE_TOKEN", TOKEN);
        environment.put(
                "MILLRACE_REGISTRY_URL",
                "http://127.0.0.1:" + registry.getAddress().getPort());
        environment.put("MILLRACE_DATA_DIR", work.resolve("serving").toString());
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Xmx256m",
                "-javaagent:" + agent(work) + "=" + barePort,
                "-jar",
                jar.toString());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("serving.log").toFile());
        builder.environment().putAll(environment);
        Setting setting = new Setting(registry, builder.start(), port, barePort);
        try {
            setting.await();
            return setting;
        } catch (IOException | InterruptedException e) {
            setting.close();
            throw new IOException("serving did not start:\n" + Files.readString(work.resolve("serving.log")), e);
        }
    }

    private void await() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try {
                call("GET", "/v2/health/ready", "");
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw e;
                }
                Thread.sleep(200);
            }
        }
    }

    /** Makes an endpoint of two arms and waits until it answers. */
    void serve(String endpoint, double logSample, String body) throws IOException, InterruptedException {
        call("PUT", "/api/v1/endpoints/" + endpoint, """
                {"stickyKey": "f0", "logSample": %s,
                 "decision": {"threshold": 0.5, "positive": "BLOCK", "negative": "PASS"},
                 "arms": [{"name": "control", "weight": 50, "model": "credit", "version": 1},
                          {"name": "other", "weight": 50, "model": "credit", "version": 1}]}""".formatted(logSample));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try {
                call("POST", "/v2/models/" + endpoint + "/infer", body);
                return;
            } catch (IOException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                Thread.sleep(200);
            }
        }
    }

    /** Rows that were answered and wait on disk for the database. */
    long waiting() throws IOException {
        return call("GET", "/q/metrics", "")
                .lines()
                .filter(line -> line.startsWith(WAITING))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(WAITING.length())))
                .findFirst()
                .orElseThrow(() -> new IOException("no metric " + WAITING));
    }

    /** Waits until the database has what was logged, so that no target pays for the one before. */
    void settle() throws IOException, InterruptedException {
        while (waiting() > FEW) {
            Thread.sleep(100);
        }
    }

    private String call(String method, String path, String body) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
        connection.setConnectTimeout(5_000);
        connection.setReadTimeout(60_000);
        connection.setRequestMethod(method);
        connection.setRequestProperty("Authorization", "Bearer " + TOKEN);
        connection.setRequestProperty("Content-Type", "application/json");
        if (!body.isEmpty()) {
            connection.setDoOutput(true);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body.getBytes(StandardCharsets.UTF_8));
            }
        }
        int status = connection.getResponseCode();
        if (status != 200) {
            throw new IOException(method + " " + path + " was answered " + status);
        }
        try (InputStream in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void register(EmbeddedPostgres postgres, String format) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(postgres.jdbcUrl(DATABASE), "millrace_registry", PASSWORD);
                var statement = connection.createStatement()) {
            statement.execute("""
                    insert into registry.run (run_id, experiment_id, name, start_at, caused_by)
                    values (md5('credit'), 0, 'benchmark', now(), 'user:benchmark')""");
            statement.execute("insert into registry.model (name) values ('credit')");
            statement.execute("""
                    insert into registry.model_version (model, version, run_id, path, format, signature, caused_by, created_by)
                    values ('credit', 1, md5('credit'), 'model', '%s', '{}', 'run:benchmark', 'benchmark')""".formatted(format));
        }
    }

    /** Answers as the registry does for the one version. */
    private static HttpServer registry(ServedModel model) throws IOException {
        String files = model.files().entrySet().stream()
                .map(file -> """
                        {"path": "%s", "sizeBytes": %d, "sha256": "%s"}""".formatted(file.getKey(), file.getValue().length, sha256(file.getValue())))
                .collect(Collectors.joining(","));
        byte[] version = """
                {"model": "credit", "version": 1, "status": "READY", "format": "%s", "files": [%s]}""".formatted(model.format(), files).getBytes(StandardCharsets.UTF_8);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/models/credit/versions/1", exchange -> {
            String path = exchange.getRequestURI().getPath();
            answer(exchange, model.files().getOrDefault(path.substring(path.lastIndexOf('/') + 1), version));
        });
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange, byte[] body) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** A jar that names {@link BareRoute} and, by their addresses, the jars it needs. */
    private static Path agent(Path work) throws IOException {
        StringBuilder classPath = new StringBuilder();
        for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
            String name = Path.of(entry).getFileName().toString();
            if (name.equals("classes") || name.matches("(vertx|netty|jackson-core).*\\.jar")) {
                classPath.append(Path.of(entry).toUri()).append(' ');
            }
        }
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", BareRoute.class.getName());
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath.toString());
        Path jar = work.resolve("bare-route.jar");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        return jar;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        Processes.end(process);
        registry.stop(0);
    }
}
