package io.millrace.embedded;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server on this machine's loopback address. It is not a child to be ended with this JVM: {@link #close()} stops
 * it, and a server left behind by a killed starter is adopted by the next start on the same data.
 */
public final class EmbeddedPostgres implements AutoCloseable {

    /** The superuser. */
    public static final String USER = "postgres";

    /** Name of the system property with a folder for PostgreSQL's programs that many servers share; else each has its own. */
    public static final String BINARIES = "millrace.postgres.binaries";

    private static final Duration START = Duration.ofSeconds(60);
    private static final long STOP_SECONDS = 30;

    /**
     * @param directory holds the data, the binaries (see {@link #BINARIES}), the log and the superuser's password
     * @param port 0 for any free one; ignored when a running server is adopted
     * @param durable keeps acknowledged commits through a crash; without it a test is faster
     */
    public record Options(Path directory, int port, boolean durable) {

        public Options {
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("port: " + port);
            }
            directory = directory.toAbsolutePath().normalize();
        }

        Path data() {
            return directory.resolve("data");
        }

        Path log() {
            return directory.resolve("postgres.log");
        }

        Path passwordFile() {
            return directory.resolve("password");
        }

        /** There while the first start is under way. */
        Path firstStart() {
            return directory.resolve("first-start");
        }

        Path binaries() {
            String shared = System.getProperty(BINARIES);
            return shared == null ? directory.resolve("binaries") : Path.of(shared);
        }
    }

    private final Options options;
    private final Postmaster postmaster;
    private final String password;
    private final boolean adopted;

    /** What this JVM started; it holds a lock on the data that only its own close releases. */
    private final io.zonky.test.db.postgres.embedded.@Nullable EmbeddedPostgres started;

    private EmbeddedPostgres(
            Options options,
            Postmaster postmaster,
            String password,
            boolean adopted,
            io.zonky.test.db.postgres.embedded.@Nullable EmbeddedPostgres started) {
        this.options = options;
        this.postmaster = postmaster;
        this.password = password;
        this.adopted = adopted;
        this.started = started;
    }

    /**
     * Starts a server, or adopts the one that runs on the same data.
     *
     * @throws IOException when it does not start, with the last lines of its log
     */
    public static EmbeddedPostgres start(Options options) throws IOException {
        SupportedSystem.check();
        OwnerOnly.createDirectories(options.directory());
        clearBrokenOff(options);
        Optional<Postmaster> running = Postmaster.running(options.data());
        if (running.isPresent()) {
            String password = OwnerOnly.read(options.passwordFile()).orElse("");
            EmbeddedPostgres adopted = new EmbeddedPostgres(options, running.get(), password, true, null);
            adopted.awaitAnswer();
            return adopted;
        }
        boolean first = !Files.exists(options.data().resolve("PG_VERSION"));
        String known = first ? "" : OwnerOnly.read(options.passwordFile()).orElse("");
        if (first && options.durable()) {
            OwnerOnly.write(options.firstStart(), "");
        }
        var started = launch(options, known);
        Postmaster postmaster = Postmaster.running(options.data())
                .orElseThrow(() -> new IOException("PostgreSQL started but left no process id in " + options.data()));
        EmbeddedPostgres server = new EmbeddedPostgres(options, postmaster, known, false, started);
        if (options.durable() && known.isEmpty()) {
            return server.secured();
        }
        return server;
    }

    /**
     * Removes the data of a first start that was broken off: half a data directory would never start, and nobody has been
     * given this server to keep anything in it. Data without the mark of a first start is never touched.
     */
    private static void clearBrokenOff(Options options) throws IOException {
        if (!Files.exists(options.firstStart()) || !Files.exists(options.data())) {
            return;
        }
        Optional<EmbeddedPostgres> left = find(options);
        if (left.isPresent()) {
            left.get().close();
        }
        try (Stream<Path> tree = Files.walk(options.data())) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** The server that runs on the data of {@code options}, if one does. Starts nothing. */
    public static Optional<EmbeddedPostgres> find(Options options) throws IOException {
        Optional<Postmaster> running = Postmaster.running(options.data());
        if (running.isEmpty()) {
            return Optional.empty();
        }
        String password = OwnerOnly.read(options.passwordFile()).orElse("");
        return Optional.of(new EmbeddedPostgres(options, running.get(), password, true, null));
    }

    private static io.zonky.test.db.postgres.embedded.EmbeddedPostgres launch(Options options, String password)
            throws IOException {
        File log = options.log().toFile();
        var builder = io.zonky.test.db.postgres.embedded.EmbeddedPostgres.builder()
                .setDataDirectory(options.data().toFile())
                .setOverrideWorkingDirectory(options.binaries().toFile())
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPort(options.port())
                .setPGStartupWait(START)
                .setOutputRedirector(ProcessBuilder.Redirect.appendTo(log))
                .setErrorRedirector(ProcessBuilder.Redirect.appendTo(log))
                .setLocaleConfig("locale", "C")
                .setLocaleConfig("encoding", "UTF8")
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("unix_socket_directories", "")
                .setServerConfig("max_connections", "100")
                .setServerConfig("shared_buffers", "64MB")
                // The library turns these off; what is kept must survive a crash.
                .setServerConfig("fsync", options.durable() ? "on" : "off")
                .setServerConfig("full_page_writes", options.durable() ? "on" : "off")
                .setServerConfig("synchronous_commit", options.durable() ? "on" : "off");
        if (!password.isEmpty()) {
            builder.setConnectConfig("password", password);
        }
        try {
            return builder.start();
        } catch (IOException | IllegalStateException e) {
            throw new IOException("PostgreSQL did not start: " + e.getMessage() + "\n" + tail(options.log()), e);
        }
    }

    /** Gives the superuser a password and lets nobody in without one: a laptop has other users too. */
    private EmbeddedPostgres secured() throws IOException {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        String secret = HexFormat.of().formatHex(random);
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            // Hex digits need no quoting, and ALTER ROLE takes no parameters.
            statement.execute("alter role " + USER + " password '" + secret + "'");
            String rules = "host all all 127.0.0.1/32 scram-sha-256\n";
            Files.writeString(options.data().resolve("pg_hba.conf"), rules, StandardCharsets.UTF_8);
            statement.execute("select pg_reload_conf()");
            OwnerOnly.write(options.passwordFile(), secret);
            Files.deleteIfExists(options.firstStart());
        } catch (SQLException e) {
            throw new IOException("PostgreSQL could not be secured: " + e.getMessage(), e);
        }
        return new EmbeddedPostgres(options, postmaster, secret, false, started);
    }

    /** A server that was just started by someone else, or that recovers from a crash, refuses for a while. */
    private void awaitAnswer() throws IOException {
        long end = System.nanoTime() + START.toNanos();
        while (true) {
            try (Connection connection = connect()) {
                connection.isValid(5);
                return;
            } catch (SQLException e) {
                if (System.nanoTime() > end) {
                    String where = "port " + port() + ", process " + pid();
                    throw new IOException("PostgreSQL runs (" + where + ") but does not answer: " + e.getMessage(), e);
                }
                pause();
            }
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for PostgreSQL", e);
        }
    }

    private static String tail(Path log) {
        try {
            var lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
        } catch (IOException e) {
            return "(no log)";
        }
    }

    /** A connection of the superuser to the database {@code postgres}. */
    public Connection connect() throws SQLException {
        return connect("postgres");
    }

    /** A connection of the superuser. */
    public Connection connect(String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", USER);
        properties.setProperty("password", password);
        properties.setProperty("loginTimeout", "5");
        return DriverManager.getConnection(jdbcUrl(database), properties);
    }

    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
    }

    public int port() {
        return postmaster.port();
    }

    public long pid() {
        return postmaster.pid();
    }

    /** The superuser's password; empty for a test server, which trusts its own machine. */
    public String password() {
        return password;
    }

    /** Whether the server was running already. */
    public boolean adopted() {
        return adopted;
    }

    /** Stops the server: clients are disconnected, everything committed is on disk. Harmless when it has stopped. */
    @Override
    public void close() throws IOException {
        if (started != null) {
            started.close();
        }
        Optional<ProcessHandle> process = ProcessHandle.of(postmaster.pid());
        if (process.isEmpty() || Postmaster.running(options.data()).isEmpty()) {
            return;
        }
        interrupt();
        try {
            process.get().onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            process.get().destroyForcibly();
        }
    }

    /** SIGINT is PostgreSQL's fast shutdown; SIGTERM, which Java sends, would wait for every client to go. */
    private void interrupt() throws IOException {
        if (File.separatorChar == '\\') {
            ProcessHandle.of(postmaster.pid()).ifPresent(ProcessHandle::destroy);
            return;
        }
        try {
            new ProcessBuilder("kill", "-INT", Long.toString(postmaster.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
