package io.millrace.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.millrace.cli.client.Api;
import io.millrace.cli.client.ApiException;
import io.millrace.cli.platform.LocalPlatform;
import io.millrace.cli.platform.ServiceName;
import io.millrace.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services that die with {@code kill -9} and are started again by {@code up}. */
class KilledServiceIT {

    private static final String MODEL = "flight-delay";
    private static final Duration LONG = Duration.ofMinutes(4);
    private static final Map<String, Object> FLIGHT = Map.ofEntries(
            Map.entry("carrier", "UA"),
            Map.entry("origin", "LGA"),
            Map.entry("dest", "IAH"),
            Map.entry("hour", 17),
            Map.entry("day_of_week", 5),
            Map.entry("distance", 1416),
            Map.entry("temp", 84.0),
            Map.entry("humid", 71.0),
            Map.entry("wind_speed", 12.7),
            Map.entry("precip", 0.1),
            Map.entry("visib", 6.0),
            Map.entry("pressure", 1008.4));

    @TempDir
    static Path folder;

    private static RunningPlatform running;
    private static Api api;

    @BeforeAll
    static void start() throws IOException {
        running = new RunningPlatform(folder.resolve("home"));
        api = running.api();
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @Test
    void loseNothingThatWasAcknowledgedAndDoNothingTwice() throws Exception {
        finishesARunOnceWhoseTrainingWasKilled();
        keepsPredictionsAndFeedbackOfAKilledServing();
        keepsKeysOnTheirArmsAcrossReplicasAndAKill();
    }

    /** A few thousand keys; {@code -Dmillrace.split.keys=100000} for as many as the pure split is tested with. */
    private void keepsKeysOnTheirArmsAcrossReplicasAndAKill() throws Exception {
        int keys = Integer.getInteger("millrace.split.keys", 2_000);
        KeySplit split = new KeySplit(running.token(), "split", FLIGHT, keys);
        String own = running.platform().ports().url(ServiceName.SERVING);
        divide(50);
        await("the endpoint to answer", () -> ready("split"));
        try (Replica replica = Replica.start(running, postgres(), folder.resolve("replica"))) {
            Map<String, String> half = split.arms(own);
            // Five standard deviations of a binomial.
            assertThat((double) count(half, "a")).isCloseTo(0.5 * keys, within(5 * Math.sqrt(keys * 0.25)));
            assertThat(split.arms(replica.url())).isEqualTo(half);

            kill(ServiceName.SERVING);
            running.platform().up(running.platform().ports());
            assertThat(split.arms(own)).isEqualTo(half);

            divide(60);
            KeySplit some = new KeySplit(running.token(), "split", FLIGHT, 300);
            for (String url : List.of(own, replica.url())) {
                await(
                        "the weights to change at " + url,
                        () -> !half.entrySet().containsAll(some.arms(url).entrySet()));
            }
            Map<String, String> more = split.arms(own);
            assertThat(split.arms(replica.url())).isEqualTo(more);
            Map<String, String> moved = new HashMap<>(more);
            moved.entrySet().removeAll(half.entrySet());
            assertThat(moved).containsValue("a").doesNotContainValue("b");
            assertThat((double) moved.size()).isCloseTo(0.1 * keys, within(5 * Math.sqrt(keys * 0.09)));
        }
    }

    private void finishesARunOnceWhoseTrainingWasKilled() throws IOException {
        api.putYaml(
                ServiceName.PIPELINE,
                "/api/v1/pipelines/" + MODEL,
                Files.readString(RunningPlatform.ROOT.resolve("examples/flight-delays/pipeline.yaml")));
        String run = api.post(
                        ServiceName.PIPELINE,
                        "/api/v1/pipelines/" + MODEL + "/runs",
                        Map.of("trigger", "manual", "params", Map.of("asOf", "2013-05-01T00:00:00Z")))
                .path("id")
                .asText();
        await("the training step to run", () -> stepRuns(run, "train"));

        kill(ServiceName.PIPELINE);
        running.platform().up(running.platform().ports());

        await(
                "the run to end",
                () -> !Set.of("QUEUED", "RUNNING")
                        .contains(api.get(ServiceName.PIPELINE, "/api/v1/runs/" + run)
                                .path("state")
                                .asText()));
        JsonNode done = api.get(ServiceName.PIPELINE, "/api/v1/runs/" + run);
        assertThat(done.path("state").asText()).as(done.toString()).isEqualTo("SUCCEEDED");
        assertThat(done.path("registeredVersion").asInt()).isEqualTo(1);
        JsonNode versions = api.get(ServiceName.REGISTRY, "/api/v1/models/" + MODEL + "/versions")
                .path("items");
        assertThat(versions).hasSize(1);
        JsonNode moves = api.get(ServiceName.REGISTRY, "/api/v1/models/" + MODEL + "/aliases/champion/history")
                .path("items");
        assertThat(moves).hasSize(1);
    }

    private static void divide(int percent) {
        ArrayNode arms = Api.JSON.createArrayNode();
        arms.addObject()
                .put("name", "a")
                .put("weight", percent)
                .put("model", MODEL)
                .put("version", 1);
        arms.addObject()
                .put("name", "b")
                .put("weight", 100 - percent)
                .put("model", MODEL)
                .put("version", 1);
        api.put(ServiceName.SERVING, "/api/v1/endpoints/split", Map.of("logSample", 0.01, "arms", arms));
    }

    private static boolean ready(String endpoint) {
        for (JsonNode arm :
                api.get(ServiceName.SERVING, "/api/v1/endpoints/" + endpoint).path("arms")) {
            if (!arm.path("state").asText().equals("READY")) {
                return false;
            }
        }
        return true;
    }

    private static long count(Map<String, String> arms, String arm) {
        return arms.values().stream().filter(arm::equals).count();
    }

    private static boolean stepRuns(String run, String step) {
        for (JsonNode s : api.get(ServiceName.PIPELINE, "/api/v1/runs/" + run).path("steps")) {
            if (s.path("step").asText().equals(step) && s.path("state").asText().equals("RUNNING")) {
                return true;
            }
        }
        return false;
    }

    private void keepsPredictionsAndFeedbackOfAKilledServing() throws Exception {
        Queue<String> answered = new ConcurrentLinkedQueue<>();
        Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
        AtomicBoolean done = new AtomicBoolean();
        List<Thread> clients = new ArrayList<>();
        await("the endpoint to answer", () -> predict() != null);
        for (int i = 0; i < 4; i++) {
            Thread client = new Thread(() -> {
                while (!done.get()) {
                    sendAndTell(answered, acknowledged);
                }
            });
            client.start();
            clients.add(client);
        }
        await("feedback to be acknowledged", () -> acknowledged.size() > 200);

        kill(ServiceName.SERVING);
        int before = acknowledged.size();
        running.platform().up(running.platform().ports());
        await("feedback to be acknowledged again", () -> acknowledged.size() > before + 200);
        done.set(true);
        for (Thread client : clients) {
            client.join();
        }

        assertThat(stored("select prediction_id from serving.feedback_v1")).containsAll(acknowledged);
        assertThat(new HashSet<>(acknowledged)).hasSameSizeAs(acknowledged);
        await(
                "every prediction that was answered to be in the log",
                () -> stored("select id from serving.prediction_v1").containsAll(answered));
    }

    private static void sendAndTell(Queue<String> answered, Queue<String> acknowledged) {
        String id = predict();
        if (id == null) {
            return;
        }
        answered.add(id);
        ArrayNode items = Api.JSON.createArrayNode();
        items.addObject().put("predictionId", id).put("label", "yes");
        try {
            api.post(ServiceName.SERVING, "/api/v1/feedback", Map.of("items", items));
            acknowledged.add(id);
        } catch (ApiException e) {
            assertThat(e.getMessage())
                    .as("refused for another reason than the kill")
                    .doesNotContain("HTTP 4");
        }
    }

    /** The id of a prediction, or null while nobody answers. */
    private static String predict() {
        try {
            return api.post(
                            ServiceName.SERVING,
                            "/api/v1/endpoints/" + MODEL + "/predict",
                            Map.of("inputs", FLIGHT, "key", "k"))
                    .path("predictions")
                    .path(0)
                    .path("predictionId")
                    .asText();
        } catch (ApiException e) {
            return null;
        }
    }

    private static EmbeddedPostgres postgres() throws IOException {
        return EmbeddedPostgres.find(new EmbeddedPostgres.Options(folder.resolve("home/postgres"), 0, true))
                .orElseThrow();
    }

    private static Set<String> stored(String ids) {
        Set<String> stored = new HashSet<>();
        try (var connection = postgres().connect("millrace");
                var statement = connection.createStatement();
                var row = statement.executeQuery(ids)) {
            while (row.next()) {
                stored.add(row.getString(1));
            }
        } catch (IOException | SQLException e) {
            throw new IllegalStateException(e);
        }
        return stored;
    }

    private static void kill(ServiceName service) {
        long pid = running.platform().status().stream()
                .filter(s -> s.process().equals(service.wire()))
                .mapToLong(LocalPlatform.Status::pid)
                .findFirst()
                .orElseThrow();
        assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
    }

    private static void await(String what, Supplier<Boolean> condition) {
        Instant end = Instant.now().plus(LONG);
        while (!condition.get()) {
            assertThat(Instant.now()).as("still waiting for " + what).isBefore(end);
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
