package io.millrace.common.testing;

import io.millrace.db.Migrator;
import io.millrace.db.MigratorConfig;
import io.millrace.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One PostgreSQL for all tests of this JVM, and for each that asks a database of its own with every migration applied. The
 * databases are copies of a template, so a fresh one costs milliseconds.
 */
public final class PostgresForTests {

    private static final String TEMPLATE = "millrace_template";
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static @Nullable EmbeddedPostgres server;

    private final EmbeddedPostgres postgres;
    private final String database;

    private PostgresForTests(EmbeddedPostgres postgres, String database) {
        this.postgres = postgres;
        this.database = database;
    }

    /** A new database at the latest schema, with {@link TestTokens} in it. */
    public static synchronized PostgresForTests fresh() {
        EmbeddedPostgres running = server();
        String database = "test_" + NUMBER.incrementAndGet();
        execute(running, "create database " + database + " template " + TEMPLATE);
        // Settings of a role in a database are not copied with the template.
        for (String service : MigratorConfig.SERVICES) {
            execute(
                    running,
                    "alter role millrace_" + service + " in database " + database + " set search_path = " + service);
        }
        return new PostgresForTests(running, database);
    }

    /** A new database with nothing in it. */
    public static synchronized PostgresForTests empty() {
        EmbeddedPostgres running = server();
        String database = "test_" + NUMBER.incrementAndGet();
        execute(running, "create database " + database);
        return new PostgresForTests(running, database);
    }

    private static EmbeddedPostgres server() {
        EmbeddedPostgres running = server;
        if (running != null) {
            return running;
        }
        try {
            Path directory = Files.createTempDirectory("millrace-test-postgres");
            EmbeddedPostgres started = EmbeddedPostgres.start(new EmbeddedPostgres.Options(directory, 0, false));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(started, directory)));
            execute(started, "create database " + TEMPLATE);
            Migrator.migrate(new MigratorConfig(
                    started.jdbcUrl(TEMPLATE), EmbeddedPostgres.USER, "", Map.of(), TestTokens.all()));
            server = started;
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException("the test store could not be migrated", e);
        }
    }

    private static void stop(EmbeddedPostgres started, Path directory) {
        try {
            started.close();
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
            }
        } catch (IOException e) {
            System.err.println("test PostgreSQL was not cleaned up: " + e.getMessage());
        }
    }

    private static void execute(EmbeddedPostgres running, String sql) {
        try (Connection connection = running.connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql + ": " + e.getMessage(), e);
        }
    }

    public String url() {
        return postgres.jdbcUrl(database);
    }

    public String superuser() {
        return EmbeddedPostgres.USER;
    }

    /** Login role of a service; the test server trusts this machine, any password will do. */
    public static String role(String service) {
        return "millrace_" + service;
    }

    /** A connection that may do everything. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), EmbeddedPostgres.USER, "");
    }

    /** A connection with the rights of a service. */
    public Connection connectAs(String service) throws SQLException {
        return DriverManager.getConnection(url(), role(service), "");
    }

    /** Runs statements as superuser, to arrange what another service would have written. */
    public void execute(String... statements) {
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** The first column of the first row, as text; null when there is no row. */
    public @Nullable String single(String sql) {
        try (Connection connection = connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : null;
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** Ends every other connection to this database, as a restart of the server would. */
    public void dropConnections() {
        single("select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = '" + database
                + "' and pid <> pg_backend_pid()");
    }
}
