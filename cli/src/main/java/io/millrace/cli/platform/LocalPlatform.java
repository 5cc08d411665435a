package io.millrace.cli.platform;

import io.millrace.db.Migrator;
import io.millrace.db.MigratorConfig;
import io.millrace.db.MigratorConfig.BootstrapToken;
import io.millrace.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Starts and stops the platform on this machine. Starting twice is harmless: what runs is left alone, what was killed is
 * started again. A start that fails takes down what it has started itself.
 */
public final class LocalPlatform {

    private static final String DATABASE = "millrace";
    private static final long POLL_MS = 150;
    private static final long FREED_MS = 5_000;
    private static final long READY_MS = 90_000;
    private static final long RECORD_SECONDS = 120;

    private final PlatformHome home;
    private final Path installation;
    private final PrintStream out;
    private final List<String> serviceOptions;

    /** What the last {@link #up} started; the rest ran already. */
    private final Set<ServiceName> started = EnumSet.noneOf(ServiceName.class);

    /** Set by {@link #down()}, also while {@link #up} is under way in another thread: nothing more is started then. */
    private volatile boolean stopping;

    /** Set while the services are started only to have their classes recorded. */
    private boolean recording;

    /** The thread that waits for PostgreSQL to start. */
    private volatile @Nullable Thread starter;

    /**
     * @param installation folder that holds the services' folders with their built jars
     * @param out where progress is told
     */
    public LocalPlatform(PlatformHome home, Path installation, PrintStream out) {
        this(home, installation, out, List.of());
    }

    /** @param serviceOptions options for the Java of each service, after its own */
    public LocalPlatform(PlatformHome home, Path installation, PrintStream out, List<String> serviceOptions) {
        this.serviceOptions = List.copyOf(serviceOptions);
        this.home = home;
        this.installation = installation.toAbsolutePath().normalize();
        this.out = out;
    }

    public PlatformHome home() {
        return home;
    }

    /** The ports of the platform that was last started here, else the documented ones. */
    public Ports ports() {
        Properties saved = new Properties();
        try (Reader reader = Files.newBufferedReader(home.portsFile())) {
            saved.load(reader);
        } catch (IOException e) {
            return Ports.defaults();
        }
        Map<ServiceName, Integer> services = new EnumMap<>(ServiceName.class);
        for (ServiceName name : ServiceName.values()) {
            services.put(name, Integer.parseInt(saved.getProperty(name.wire(), "" + name.defaultPort())));
        }
        return new Ports(Integer.parseInt(saved.getProperty("postgres", "" + Ports.POSTGRES)), services);
    }

    /** Starts what does not run and waits until everything is ready. */
    public void up(Ports wanted) {
        stopping = false;
        started.clear();
        home.create();
        Ports ports = anyRunning() ? ports() : wanted;
        checkPorts(ports);
        checkJars();
        save(ports);
        List<Runnable> undo = new ArrayList<>();
        try {
            EmbeddedPostgres postgres = startPostgres(ports, undo);
            migrate(postgres);
            for (ServiceName name : ServiceName.values()) {
                startService(name, ports, postgres, undo);
            }
            awaitReady(ports, name -> startService(name, ports, postgres, undo));
        } catch (RuntimeException e) {
            for (int i = undo.size() - 1; i >= 0; i--) {
                undo.get(i).run();
            }
            throw e;
        }
    }

    /** Whether every service has an archive of its classes. */
    public boolean classesRecorded() {
        return Stream.of(ServiceName.values())
                .noneMatch(name -> new ClassArchive(jar(name)).use().isEmpty());
    }

    /**
     * Starts everything, and takes it down again so that Java writes an archive of what each service has loaded. Every later
     * start of this installation takes half the work.
     */
    public void recordClasses() {
        recording = true;
        try {
            up(Ports.anyFree());
            List<ServiceProcess> services = Stream.of(ServiceName.values())
                    .map(name -> new ServiceProcess(name, home))
                    .toList();
            services.forEach(service -> service.find().ifPresent(ProcessHandle::destroy));
            services.forEach(service -> service.awaitEnd(RECORD_SECONDS));
        } finally {
            down();
            recording = false;
        }
        for (ServiceName name : ServiceName.values()) {
            new ClassArchive(jar(name)).keep();
        }
    }

    /** Whether anything of this platform runs. */
    public boolean anyRunning() {
        for (ServiceName name : ServiceName.values()) {
            if (new ServiceProcess(name, home).find().isPresent()) {
                return true;
            }
        }
        return findPostgres().isPresent();
    }

    private void checkPorts(Ports ports) {
        if (findPostgres().isEmpty() && !Ports.free(ports.postgres())) {
            throw taken("PostgreSQL", ports.postgres(), "--postgres-port");
        }
        for (ServiceName name : ServiceName.values()) {
            ServiceProcess process = new ServiceProcess(name, home);
            if (process.find().isEmpty() && !Ports.free(ports.of(name)) && !freed(process, ports.of(name))) {
                throw taken("the " + name.wire() + " service", ports.of(name), "--" + name.wire() + "-port");
            }
        }
    }

    /** A process that was killed a moment ago may hold its port a little longer. */
    private static boolean freed(ServiceProcess process, int port) {
        for (int i = 0; process.leftPidFile() && i < FREED_MS / POLL_MS; i++) {
            pause();
            if (Ports.free(port)) {
                return true;
            }
        }
        return false;
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlatformException("interrupted while starting");
        }
    }

    private static PlatformException taken(String who, int port, String flag) {
        return new PlatformException("Port " + port + ", wanted for " + who + ", is taken by another program.\n"
                + "End that program, or choose another port with " + flag + ".");
    }

    private void checkJars() {
        for (ServiceName name : ServiceName.values()) {
            if (!Files.isRegularFile(jar(name))) {
                throw new PlatformException("The " + name.wire() + " service is not built: " + jar(name)
                        + " is missing. Run ./mvnw package -DskipTests.");
            }
        }
    }

    private Path jar(ServiceName name) {
        return installation.resolve(name.wire() + "-service/target/quarkus-app/quarkus-run.jar");
    }

    private void save(Ports ports) {
        Properties properties = new Properties();
        properties.setProperty("postgres", Integer.toString(ports.postgres()));
        ports.services().forEach((name, port) -> properties.setProperty(name.wire(), Integer.toString(port)));
        try (Writer writer = Files.newBufferedWriter(home.portsFile())) {
            properties.store(writer, null);
        } catch (IOException e) {
            throw new PlatformException("The file " + home.portsFile() + " cannot be written: " + e.getMessage(), e);
        }
    }

    private EmbeddedPostgres.Options options(int port) {
        return new EmbeddedPostgres.Options(home.postgres(), port, true);
    }

    private Optional<EmbeddedPostgres> findPostgres() {
        try {
            return EmbeddedPostgres.find(options(0));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private synchronized EmbeddedPostgres startPostgres(Ports ports, List<Runnable> undo) {
        checkNotStopping();
        out.print("  PostgreSQL ");
        out.flush();
        starter = Thread.currentThread();
        try {
            EmbeddedPostgres postgres = EmbeddedPostgres.start(options(ports.postgres()));
            out.println((postgres.adopted() ? "runs already" : "started") + " on 127.0.0.1:" + postgres.port());
            if (!postgres.adopted()) {
                undo.add(() -> close(postgres));
            }
            return postgres;
        } catch (IOException e) {
            throw new PlatformException(String.valueOf(e.getMessage()), e);
        } finally {
            starter = null;
        }
    }

    private static void close(EmbeddedPostgres postgres) {
        try {
            postgres.close();
        } catch (IOException e) {
            throw new PlatformException("PostgreSQL could not be stopped: " + e.getMessage(), e);
        }
    }

    private void migrate(EmbeddedPostgres postgres) {
        try {
            createDatabase(postgres);
            List<BootstrapToken> tokens = new ArrayList<>();
            tokens.add(new BootstrapToken("admin", List.of("admin"), PlatformHome.sha256(home.adminToken())));
            Map<String, String> passwords = new HashMap<>();
            for (ServiceName name : ServiceName.values()) {
                passwords.put(name.wire(), home.secret(name.wire() + ".password"));
                tokens.add(new BootstrapToken(
                        "service-" + name.wire(),
                        List.of(name.roles().split(",")),
                        PlatformHome.sha256(home.secret(name.wire() + ".token"))));
            }
            int applied = Migrator.migrate(new MigratorConfig(
                    postgres.jdbcUrl(DATABASE), EmbeddedPostgres.USER, postgres.password(), passwords, tokens));
            out.println("  schema is up to date (" + applied + " migrations applied)");
        } catch (SQLException | RuntimeException e) {
            throw new PlatformException("The store could not be brought up to date: " + e.getMessage(), e);
        }
    }

    private static void createDatabase(EmbeddedPostgres postgres) throws SQLException {
        try (Connection connection = postgres.connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery("select 1 from pg_database where datname = '" + DATABASE + "'")) {
            if (!row.next()) {
                statement.execute("create database " + DATABASE);
            }
        }
    }

    private void checkNotStopping() {
        if (stopping) {
            throw new PlatformException("stopped while starting");
        }
    }

    private synchronized void startService(
            ServiceName name, Ports ports, EmbeddedPostgres postgres, List<Runnable> undo) {
        checkNotStopping();
        ServiceProcess process = new ServiceProcess(name, home);
        if (process.find().isPresent()) {
            return;
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-Djava.util.logging.manager=org.jboss.logmanager.LogManager"));
        command.addAll(name.jvmFlags());
        command.addAll(serviceOptions);
        Path jar = jar(name);
        ClassArchive archive = new ClassArchive(jar);
        command.addAll(recording ? archive.record() : archive.use());
        command.add("-jar");
        command.add(jar.toString());
        process.start(command, environment(name, ports, postgres));
        started.add(name);
        undo.add(process::stop);
    }

    private Map<String, String> environment(ServiceName name, Ports ports, EmbeddedPostgres postgres) {
        Map<String, String> environment = new HashMap<>();
        environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        environment.put("QUARKUS_HTTP_PORT", Integer.toString(ports.of(name)));
        environment.put("QUARKUS_DATASOURCE_JDBC_URL", postgres.jdbcUrl(DATABASE));
        environment.put("QUARKUS_DATASOURCE_USERNAME", "millrace_" + name.wire());
        environment.put("QUARKUS_DATASOURCE_PASSWORD", home.secret(name.wire() + ".password"));
        environment.put("MILLRACE_SERVICE_TOKEN", home.secret(name.wire() + ".token"));
        environment.put("MILLRACE_DATA_DIR", home.data(name).toString());
        environment.put(
                "MILLRACE_PIPELINE_SOURCES_DIR",
                installation.resolve("examples").toString());
        for (ServiceName other : ServiceName.values()) {
            environment.put("MILLRACE_" + other.name() + "_URL", ports.url(other));
        }
        environment.put(
                "MILLRACE_SERVING_MODEL_TRUSTED_KEYS",
                home.data(ServiceName.REGISTRY).resolve("signing-key.pem.pub").toString());
        // Freed native memory goes back to the machine instead of staying with one of many threads.
        environment.put("MALLOC_ARENA_MAX", "2");
        // The terminal is for people; a person reads a line better than JSON.
        environment.put("QUARKUS_LOG_CONSOLE_JSON_ENABLED", "false");
        return environment;
    }

    /** Waits for all; one that was found alive and ends meanwhile was being killed, and is started. */
    private void awaitReady(Ports ports, Consumer<ServiceName> starter) {
        long start = System.nanoTime();
        List<ServiceName> waiting = new ArrayList<>(List.of(ServiceName.values()));
        Set<ServiceName> found = EnumSet.copyOf(waiting);
        found.removeAll(started);
        while (!waiting.isEmpty()) {
            checkNotStopping();
            long elapsed = (System.nanoTime() - start) / 1_000_000;
            for (ServiceName name : List.copyOf(waiting)) {
                if (ServiceProcess.ready(ports.url(name))) {
                    waiting.remove(name);
                    out.printf(
                            Locale.ROOT,
                            "  %-10s ready after %.1f s on %s%n",
                            name.wire(),
                            elapsed / 1000.0,
                            ports.url(name));
                } else if (new ServiceProcess(name, home).find().isEmpty() && found.remove(name)) {
                    starter.accept(name);
                } else if (new ServiceProcess(name, home).find().isEmpty()) {
                    throw new PlatformException("The " + name.wire() + " service ended while it was starting:\n"
                            + home.tail(name.wire(), 15) + "\nIts log: " + home.log(name.wire()));
                } else if (elapsed > READY_MS) {
                    throw new PlatformException("The " + name.wire() + " service is not ready after " + READY_MS / 1000
                            + " s:\n" + home.tail(name.wire(), 15) + "\nIts log: " + home.log(name.wire()));
                }
            }
            pause();
        }
    }

    /** Stops everything that runs here; data stays. A start that is under way ends with it. */
    public void down() {
        stopping = true;
        Thread waiting = starter;
        if (waiting != null) {
            waiting.interrupt();
        }
        takeDown();
    }

    private synchronized void takeDown() {
        Map<ServiceName, ServiceProcess> running = new LinkedHashMap<>();
        ServiceName[] names = ServiceName.values();
        for (int i = names.length - 1; i >= 0; i--) {
            ServiceProcess process = new ServiceProcess(names[i], home);
            if (process.find().isPresent()) {
                running.put(names[i], process);
            }
        }
        // They end beside each other, the registry after those that may still call it.
        running.forEach((name, process) -> {
            if (name != ServiceName.REGISTRY) {
                process.ask();
            }
        });
        running.forEach((name, process) -> {
            process.stop();
            out.println("  " + name.wire() + " stopped");
        });
        findPostgres().ifPresent(postgres -> {
            close(postgres);
            out.println("  PostgreSQL stopped");
        });
    }

    /** What runs here.
     *
     * @param state ready, starting or stopped
     * @param residentKib resident memory, 0 when the machine does not tell
     */
    public record Status(String process, String state, String address, long pid, long residentKib) {}

    public List<Status> status() {
        Ports ports = ports();
        List<Status> list = new ArrayList<>();
        Optional<EmbeddedPostgres> postgres = findPostgres();
        list.add(postgres.map(p -> new Status("postgres", "ready", "127.0.0.1:" + p.port(), p.pid(), 0))
                .orElseGet(() -> new Status("postgres", "stopped", "", 0, 0)));
        for (ServiceName name : ServiceName.values()) {
            Optional<ProcessHandle> process = new ServiceProcess(name, home).find();
            if (process.isEmpty()) {
                list.add(new Status(name.wire(), "stopped", "", 0, 0));
                continue;
            }
            String state = ServiceProcess.ready(ports.url(name)) ? "ready" : "starting";
            long memory = ServiceProcess.residentKib(process.get());
            list.add(new Status(
                    name.wire(), state, ports.url(name), process.get().pid(), memory));
        }
        return list;
    }

    /** The console's address with the token in the part that browsers do not send. */
    public String consoleLink() {
        return ports().url(ServiceName.MONITORING) + "/console#token=" + home.adminToken();
    }
}
