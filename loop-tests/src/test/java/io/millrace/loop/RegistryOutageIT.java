package io.millrace.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.client.Api;
import io.millrace.cli.platform.LocalPlatform;
import io.millrace.cli.platform.ServiceName;
import io.millrace.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What clients of the registry see when they are many, when the database goes away, and when the registry is killed. The
 * outage lasts {@code -Dmillrace.outage.seconds}, 5 unless told.
 */
@EnabledIfSystemProperty(
        named = "millrace.load",
        matches = "true",
        disabledReason = "takes minutes, -Dmillrace.load=true")
class RegistryOutageIT {

    private static final int WRITERS = 200;
    private static final int BATCHES = 5;
    private static final int CLIENTS = 20;
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final long OUTAGE = Long.getLong("millrace.outage.seconds", 5);

    @TempDir
    static Path folder;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final AtomicLong step = new AtomicLong();

    private static EmbeddedPostgres postgres;
    private static RunningPlatform running;

    /** The server is started first, and the platform takes it as it is: so it can be stopped here. */
    @BeforeAll
    static void start() throws IOException {
        postgres = startPostgres(0);
        running = new RunningPlatform(folder.resolve("home"));
    }

    private static EmbeddedPostgres startPostgres(int port) throws IOException {
        return EmbeddedPostgres.start(new EmbeddedPostgres.Options(folder.resolve("home/postgres"), port, true));
    }

    @AfterAll
    static void stop() throws IOException {
        running.close();
        postgres.close();
    }

    /** What came back while clients wrote as fast as they could. */
    private static final class Answers {
        final Queue<Long> acknowledged = new ConcurrentLinkedQueue<>();
        final ConcurrentMap<Integer, Long> statuses = new ConcurrentHashMap<>();
        final AtomicLong withoutRetryAfter = new AtomicLong();
        final AtomicLong unanswered = new AtomicLong();
    }

    @Test
    void losesNothingOfManyWritersToOneRun() throws Exception {
        String run = run();
        Answers answers = new Answers();

        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            writers.add(new Thread(() -> {
                for (int n = 0; n < BATCHES; n++) {
                    log(run, answers);
                }
            }));
        }
        writers.forEach(Thread::start);
        for (Thread writer : writers) {
            writer.join();
        }

        assertThat(answers.statuses).isEqualTo(Map.of(200, (long) WRITERS * BATCHES));
        for (int key = 0; key < 10; key++) {
            assertThat(steps(run, "m" + key)).hasSize(WRITERS * BATCHES).containsAll(answers.acknowledged);
        }
        assertThat(latest(run))
                .isEqualTo(answers.acknowledged.stream()
                        .mapToLong(Long::longValue)
                        .max()
                        .orElseThrow());
    }

    @Test
    void answers503WhileTheDatabaseIsAwayAndLosesNothing() throws Exception {
        String run = run();
        Answers answers = new Answers();
        AtomicBoolean done = new AtomicBoolean();
        List<Thread> clients = clients(run, answers, done);
        await("batches to be logged", () -> answers.acknowledged.size() > 200);

        int port = postgres.port();
        postgres.close();
        Thread.sleep(Duration.ofSeconds(OUTAGE).toMillis());
        await("clients to be told", () -> answers.statuses.getOrDefault(503, 0L) >= CLIENTS);
        int before = answers.acknowledged.size();
        postgres = startPostgres(port);
        Instant back = Instant.now();
        await("batches to be logged again", () -> answers.acknowledged.size() > before + 200);
        System.out.printf(
                "outage of %d s: answers %s, 200 batches logged %d ms after the database was back%n",
                OUTAGE, answers.statuses, Duration.between(back, Instant.now()).toMillis());
        end(clients, done);

        assertThat(answers.statuses.keySet()).containsExactlyInAnyOrder(200, 503);
        assertThat(answers.withoutRetryAfter).hasValue(0);
        assertThat(answers.unanswered).hasValue(0);
        assertThat(steps(run, "m0")).containsAll(answers.acknowledged);
    }

    @Test
    void keepsWhatItAcknowledgedBeforeItWasKilled() throws Exception {
        String run = run();
        Answers answers = new Answers();
        AtomicBoolean done = new AtomicBoolean();
        List<Thread> clients = clients(run, answers, done);
        await("batches to be logged", () -> answers.acknowledged.size() > 200);

        kill();
        int before = answers.acknowledged.size();
        running.platform().up(running.platform().ports());
        await("batches to be logged again", () -> answers.acknowledged.size() > before + 200);
        end(clients, done);

        assertThat(answers.statuses.keySet()).isSubsetOf(200, 503);
        assertThat(steps(run, "m9")).containsAll(answers.acknowledged);
    }

    private List<Thread> clients(String run, Answers answers, AtomicBoolean done) {
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Thread client = new Thread(() -> {
                while (!done.get()) {
                    log(run, answers);
                }
            });
            client.start();
            clients.add(client);
        }
        return clients;
    }

    private static void end(List<Thread> clients, AtomicBoolean done) throws InterruptedException {
        done.set(true);
        for (Thread client : clients) {
            client.join();
        }
    }

    /** Logs ten metrics at a step that no other batch has, and waits a little when told that it is too early. */
    private void log(String run, Answers answers) {
        long own = step.incrementAndGet();
        StringBuilder metrics = new StringBuilder();
        for (int key = 0; key < 10; key++) {
            metrics.append(key == 0 ? "" : ",")
                    .append("{\"key\":\"m" + key + "\",\"value\":0.5,\"timestamp\":1,\"step\":" + own + "}");
        }
        try {
            HttpResponse<String> answer =
                    post("runs/log-batch", "{\"run_id\":\"" + run + "\",\"metrics\":[" + metrics + "]}");
            answers.statuses.merge(answer.statusCode(), 1L, Long::sum);
            if (answer.statusCode() == 200) {
                answers.acknowledged.add(own);
                return;
            }
            if (answer.headers().firstValue("Retry-After").isEmpty()) {
                answers.withoutRetryAfter.incrementAndGet();
            }
        } catch (IOException e) {
            answers.unanswered.incrementAndGet();
        }
        pause();
    }

    private HttpResponse<String> post(String operation, String body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(
                        running.platform().ports().url(ServiceName.REGISTRY) + "/api/2.0/mlflow/" + operation))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + running.token())
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String run() throws IOException {
        return Api.JSON
                .readTree(post("runs/create", "{}").body())
                .path("run")
                .path("info")
                .path("run_id")
                .asText();
    }

    private static Set<Long> steps(String run, String key) throws SQLException {
        Set<Long> steps = new HashSet<>();
        try (var connection = postgres.connect("millrace");
                var statement =
                        connection.prepareStatement("select step from registry.metric where run_id = ? and key = ?")) {
            statement.setString(1, run);
            statement.setString(2, key);
            try (var row = statement.executeQuery()) {
                while (row.next()) {
                    steps.add(row.getLong(1));
                }
            }
        }
        return steps;
    }

    private static long latest(String run) throws SQLException {
        try (var connection = postgres.connect("millrace");
                var statement =
                        connection.prepareStatement("select min(step) from registry.metric_latest where run_id = ?")) {
            statement.setString(1, run);
            try (var row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static void kill() {
        long pid = running.platform().status().stream()
                .filter(s -> s.process().equals(ServiceName.REGISTRY.wire()))
                .mapToLong(LocalPlatform.Status::pid)
                .findFirst()
                .orElseThrow();
        assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
    }

    private static void await(String what, BooleanSupplier condition) {
        Instant end = Instant.now().plus(LONG);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as("still waiting for " + what).isBefore(end);
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
