package io.millrace.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cli.client.Api;
import io.millrace.cli.client.Causes;
import io.millrace.cli.client.RunReport;
import io.millrace.cli.demo.FlightRows.Flight;
import io.millrace.cli.platform.PlatformException;
import io.millrace.cli.platform.ServiceName;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The closed loop on the flights of 2013: train, gate, serve, compare, drift, alert, retrain, promote, serve again. */
public final class Demo {

    private static final Instant TRAINED = Instant.parse("2013-05-01T00:00:00Z");
    private static final Instant SPLIT_END = Instant.parse("2013-05-23T00:00:00Z");
    private static final Instant REPLAY_END = Instant.parse("2013-07-20T00:00:00Z");
    private static final Duration RUN = Duration.ofMinutes(10);
    private static final Duration LOOP = Duration.ofMinutes(5);

    private final Api api;
    private final Path examples;
    private final Story story;
    private final DemoNames names;
    private final String model;
    private final Replay replay;
    private final int step;

    /**
     * What a look around needs.
     *
     * @param model also the name of the endpoint
     * @param promoted version that the loop made by itself
     */
    public record Told(String model, int promoted) {}

    /**
     * @param examples folder with the example's data and pipelines
     * @param step send every {@code step}-th flight
     */
    public Demo(Api api, Path examples, PrintStream out, boolean colour, int step) {
        this.api = api;
        this.examples = examples;
        this.story = new Story(out, colour);
        this.names = DemoNames.unused(api);
        this.model = names.champion();
        this.replay = new Replay(api, model, story);
        this.step = step;
    }

    /** Tells the whole story; returns only when the promoted version has answered a request. */
    public Told run() {
        if (names.telling() > 1) {
            story.say("The story was told here before: this time the model is called %s.", model);
        }
        story.step("Load the pipelines and train the first model on January to April 2013");
        String version1 = train(model);
        story.step("The endpoint " + model + " serves version " + version1
                + ". Watch it: windows of 28 days, PSI and KS by column");
        watch();
        story.step("Train a challenger: boosted trees on the same flights");
        String version2 = train(names.challenger());
        story.step("Split the traffic 50/50 between champion v" + version1 + " and challenger v" + version2);
        split();
        story.step("Send the flights of 1 to 22 May one by one, then tell what really happened");
        compare();
        story.step("Replay 23 May to 19 July: summer comes, with its storms");
        drift();
        story.step("Drift is detected, the alert starts a retraining, the gate decides");
        int promoted = loop(Integer.parseInt(version1));
        story.step("Why is version " + promoted + " the champion?");
        Causes.print(
                api.get(ServiceName.MONITORING, "/api/v1/why/" + model + "/" + promoted),
                line -> story.say("%s", line));
        story.step("Ask again: the promoted version answers");
        answer(promoted);
        return new Told(model, promoted);
    }

    private String train(String pipeline) {
        String file = pipeline.equals(model) ? "pipeline.yaml" : "pipeline-challenger.yaml";
        try {
            String yaml = names.rename(Files.readString(examples.resolve(file)));
            api.putYaml(ServiceName.PIPELINE, "/api/v1/pipelines/" + pipeline, yaml);
        } catch (IOException e) {
            throw new UncheckedIOException("the example cannot be read", e);
        }
        JsonNode run = api.post(
                ServiceName.PIPELINE,
                "/api/v1/pipelines/" + pipeline + "/runs",
                Map.of("trigger", "manual", "params", Map.of("asOf", TRAINED.toString())));
        JsonNode done = awaitRun(run.path("id").asText());
        tell(done);
        if (!done.path("state").asText().equals("SUCCEEDED")) {
            throw new PlatformException("The run ended as " + done.path("state").asText() + ": "
                    + done.path("reason").asText());
        }
        return done.path("registeredVersion").asText();
    }

    private JsonNode awaitRun(String id) {
        return await(RUN, "the run " + id + " to end", () -> {
            JsonNode run = api.get(ServiceName.PIPELINE, "/api/v1/runs/" + id);
            for (JsonNode s : run.path("steps")) {
                if (s.path("state").asText().equals("RUNNING")) {
                    story.progress("%s …", s.path("step").asText());
                }
            }
            return RunReport.ended(run) ? Optional.of(run) : Optional.empty();
        });
    }

    private void tell(JsonNode run) {
        RunReport.lines(run).forEach(line -> story.say("%s", line));
    }

    private void watch() {
        api.put(
                ServiceName.MONITORING,
                "/api/v1/monitors/" + model,
                Map.of(
                        "model",
                        model,
                        "pipeline",
                        model,
                        "window",
                        "P28D",
                        "lateness",
                        "PT1H",
                        "minRows",
                        500,
                        "psi",
                        Map.of("warn", 0.1, "fire", 0.25),
                        "driftShare",
                        0.25,
                        "nullRate",
                        0.3,
                        "retrain",
                        Map.of("mode", "auto", "cooldown", "PT1H")));
        story.say("an alert fires when a quarter of the columns have PSI >= 0.25, and starts the pipeline by itself");
    }

    private void split() {
        List<Map<String, Object>> arms = List.of(
                Map.of("name", "champion", "weight", 50, "model", model, "alias", "champion"),
                Map.of("name", "challenger", "weight", 50, "model", model, "alias", "challenger"));
        api.put(
                ServiceName.SERVING,
                "/api/v1/endpoints/" + model,
                Map.of(
                        "stickyKey",
                        "flight_id",
                        "decision",
                        Map.of("threshold", 0.35, "positive", "LIKELY_LATE", "negative", "ON_TIME"),
                        "arms",
                        arms));
        await(LOOP, "both arms to be ready", () -> {
            JsonNode endpoint = api.get(ServiceName.SERVING, "/api/v1/endpoints/" + model);
            for (JsonNode arm : endpoint.path("arms")) {
                if (!arm.path("state").asText().equals("READY")) {
                    return Optional.empty();
                }
            }
            return Optional.of(endpoint);
        });
        story.say("a flight stays on its arm: the arm is a hash of the flight's id");
    }

    private void compare() {
        List<Flight> flights = flights(TRAINED, SPLIT_END);
        Map<String, Integer> answers = replay.send(flights);
        answers.forEach((who, count) -> story.say("%-16s answered %,d flights", who, count));
        long labels = flights.size();
        JsonNode summary = await(LOOP, "the feedback to be measured", () -> {
            JsonNode found = api.get(
                    ServiceName.MONITORING,
                    "/api/v1/quality/summary?endpoint=" + model + "&since=" + TRAINED + "&until=" + SPLIT_END);
            long measured = 0;
            for (JsonNode item : found.path("items")) {
                measured += item.path("metric").asText().equals("roc_auc")
                        ? item.path("labelCount").asLong()
                        : 0;
            }
            return measured >= labels ? Optional.of(found) : Optional.empty();
        });
        Map<String, StringBuilder> lines = new TreeMap<>();
        for (JsonNode item : summary.path("items")) {
            String who = item.path("arm").asText() + " v" + item.path("version").asInt();
            lines.computeIfAbsent(who, w -> new StringBuilder())
                    .append(String.format(
                            Locale.ROOT,
                            "  %s %.4f",
                            item.path("metric").asText(),
                            item.path("value").asDouble()));
        }
        lines.forEach((who, figures) -> story.say("%-16s%s", who, figures));
    }

    private void drift() {
        List<Flight> flights = flights(SPLIT_END, REPLAY_END);
        long start = System.nanoTime();
        Map<String, Integer> answers = replay.send(flights);
        double seconds = (System.nanoTime() - start) / 1e9;
        answers.forEach((who, count) -> story.say("%-16s answered %,d flights", who, count));
        story.say("%,.0f predictions a second from this program", flights.size() / seconds);
    }

    private int loop(int before) {
        JsonNode alert = await(LOOP, "an alert", () -> firstItem("/api/v1/alerts?endpoint=" + model, "kind", "drift"));
        for (JsonNode w : api.get(ServiceName.MONITORING, "/api/v1/windows?endpoint=" + model)
                .path("items")) {
            story.say(
                    "window    %s to %s, v%d: %,d flights, %s",
                    w.path("startsAt").asText().substring(0, 10),
                    w.path("endsAt").asText().substring(0, 10),
                    w.path("version").asInt(),
                    w.path("rowCount").asInt(),
                    w.path("state").asText());
        }
        story.say("alert     %s", alert.path("summary").asText());
        JsonNode request = await(
                LOOP,
                "the retraining to start",
                () -> firstItem("/api/v1/retraining-requests?model=" + model, "runId", null));
        story.say("retrain   with data until %s", request.path("asOf").asText());
        JsonNode run = awaitRun(request.path("runId").asText());
        tell(run);
        int promoted = run.path("registeredVersion").asInt();
        if (!run.path("state").asText().equals("SUCCEEDED") || promoted <= before) {
            throw new PlatformException("The retraining ended as "
                    + run.path("state").asText() + ": " + run.path("reason").asText());
        }
        return promoted;
    }

    private Optional<JsonNode> firstItem(String path, String field, @Nullable String value) {
        for (JsonNode item : api.get(ServiceName.MONITORING, path).path("items")) {
            JsonNode found = item.path(field);
            if (found.isTextual() && (value == null || found.asText().equals(value))) {
                return Optional.of(item);
            }
        }
        return Optional.empty();
    }

    private void answer(int promoted) {
        List<Flight> flights = FlightRows.read(file(), REPLAY_END, REPLAY_END.plus(Duration.ofHours(18)), 1);
        for (Flight flight : flights) {
            JsonNode answer = replay.predict(flight);
            if (answer.path("version").asInt() == promoted) {
                JsonNode prediction = answer.path("predictions").path(0);
                story.say(
                        "%s: probability of a delay %.3f, %s (arm %s, version %d)",
                        flight.id(),
                        prediction.path("score").asDouble(),
                        prediction.path("decision").asText(),
                        answer.path("arm").asText(),
                        promoted);
                return;
            }
        }
        throw new PlatformException("No request was answered by version " + promoted);
    }

    private List<Flight> flights(Instant from, Instant until) {
        return FlightRows.read(file(), from, until, step);
    }

    private Path file() {
        return examples.resolve("flights.csv.gz");
    }

    private <T> T await(Duration limit, String what, Supplier<Optional<T>> look) {
        long end = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < end) {
            Optional<T> found = look.get();
            if (found.isPresent()) {
                story.endProgress();
                return found.get();
            }
            try {
                Thread.sleep(300);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new PlatformException("interrupted");
            }
        }
        throw new PlatformException("Waited " + limit.toMinutes() + " minutes for " + what + " in vain");
    }
}
