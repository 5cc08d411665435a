package io.millrace.benchmarks.registry;

import io.millrace.db.Migrator;
import io.millrace.db.MigratorConfig;
import io.millrace.db.MigratorConfig.BootstrapToken;
import io.millrace.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** The servers that are compared: each has a database of its own on one PostgreSQL, which keeps what it acknowledges. */
final class Servers {

    static final String MILLRACE = "millrace";
    static final String MLFLOW = "mlflow";

    private static final String TOKEN = "mlr_benchmark";
    private static final String PASSWORD = "benchmark";

    private Servers() {}

    /** Our packaged registry with the flags that {@code ./millrace up} gives it. */
    static Server millrace(EmbeddedPostgres postgres, Path work)
            throws IOException, SQLException, InterruptedException {
        Path jar = Path.of("registry-service/target/quarkus-app/quarkus-run.jar");
        if (!Files.isRegularFile(jar)) {
            throw new IOException(
                    jar + " is missing: run ./mvnw package -DskipTests, and this in the project's folder");
        }
        migrate(postgres);
        int port = freePort();
        Map<String, String> environment = new HashMap<>();
        environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        environment.put("QUARKUS_DATASOURCE_JDBC_URL", postgres.jdbcUrl(MILLRACE));
        environment.put("QUARKUS_DATASOURCE_USERNAME", "millrace_registry");
        environment.put("QUARKUS_DATASOURCE_PASSWORD", PASSWORD);
        environment.put("MILLRACE_SERVICE_TOKEN", TOKEN);
        environment.put("MILLRACE_DATA_DIR", work.resolve("registry").toString());
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Xmx256m",
                "-jar",
                jar.toString());
        return Server.start(MILLRACE, port, TOKEN, command, environment, work.resolve("millrace.log"));
    }

    /** An empty store at the latest schema. */
    static void migrate(EmbeddedPostgres postgres) throws SQLException {
        execute(postgres, "postgres", "create database " + MILLRACE);
        Migrator.migrate(new MigratorConfig(
                postgres.jdbcUrl(MILLRACE),
                EmbeddedPostgres.USER,
                postgres.password(),
                Map.of("registry", PASSWORD),
                List.of(new BootstrapToken("benchmark", List.of("admin"), sha256(TOKEN)))));
    }

    /** MLflow's server as its documentation starts it: workers and pool as it chooses them. */
    static Server mlflow(EmbeddedPostgres postgres, Path program, Path work)
            throws IOException, SQLException, InterruptedException {
        execute(postgres, "postgres", "create database " + MLFLOW);
        int port = freePort();
        String store = "postgresql+psycopg2://" + EmbeddedPostgres.USER + ":" + postgres.password() + "@127.0.0.1:"
                + postgres.port() + "/" + MLFLOW;
        List<String> command = List.of(
                program.toString(),
                "server",
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--backend-store-uri",
                store,
                "--artifacts-destination",
                work.resolve("mlflow-artifacts").toString());
        Map<String, String> environment = Map.of("MLFLOW_DISABLE_TELEMETRY", "true", "DO_NOT_TRACK", "true");
        return Server.start(MLFLOW, port, "", command, environment, work.resolve("mlflow.log"));
    }

    static void execute(EmbeddedPostgres postgres, String database, String... statements) throws SQLException {
        try (Connection connection = postgres.connect(database);
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
