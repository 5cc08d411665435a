package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cli.client.Api;
import io.millrace.cli.client.RunReport;
import io.millrace.cli.platform.PlatformException;
import io.millrace.cli.platform.ServiceName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "run",
        description = "Runs a pipeline and follows it to its end.",
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:registered, and deployed where the pipeline says so",
            "1:failed, cancelled, or not started",
            "2:wrong arguments",
            "3:rejected by a gate",
            "4:held: the gates could not decide"
        })
final class RunCommand implements Callable<Integer> {

    private static final long POLL_MS = 500;
    private static final Map<String, Integer> STATUS = Map.of("SUCCEEDED", 0, "REJECTED", 3, "HELD", 4);

    @Mixin
    private HomeOption home = new HomeOption();

    @Parameters(paramLabel = "PIPELINE", description = "Name of the pipeline.")
    private String pipeline = "";

    @Option(names = "--file", paramLabel = "YAML", description = "Save this definition first.")
    private @Nullable Path file;

    @Option(
            names = "--as-of",
            paramLabel = "INSTANT",
            description = "Read data up to this instant, such as 2013-05-01T00:00:00Z (default: now).")
    private @Nullable Instant asOf;

    @Option(names = "--detach", description = "Start it and return at once.")
    private boolean detach;

    @Override
    public Integer call() {
        Api api = home.api();
        String path = "/api/v1/pipelines/" + Api.segment(pipeline);
        if (file != null) {
            api.putYaml(ServiceName.PIPELINE, path, read(file));
        }
        Map<String, Object> params = asOf == null ? Map.of() : Map.of("asOf", asOf.toString());
        JsonNode run = api.post(ServiceName.PIPELINE, path + "/runs", Map.of("trigger", "manual", "params", params));
        String id = run.path("id").asText();
        System.out.println("run " + id);
        if (detach) {
            return 0;
        }
        JsonNode done = follow(api, id);
        RunReport.lines(done).forEach(System.out::println);
        String reason = done.path("reason").asText("");
        if (done.path("reason").isTextual()) {
            System.out.println("reason    " + reason);
        }
        return STATUS.getOrDefault(done.path("state").asText(), 1);
    }

    /** Prints each change of a step's state, until the run has ended. */
    private static JsonNode follow(Api api, String id) {
        Map<String, String> told = new HashMap<>();
        while (true) {
            JsonNode run = api.get(ServiceName.PIPELINE, "/api/v1/runs/" + id);
            for (JsonNode step : run.path("steps")) {
                String name = step.path("step").asText();
                String state = step.path("state").asText();
                if (!state.equals(told.put(name, state)) && !state.equals("PENDING")) {
                    System.out.printf("  %-10s %s%n", name, state);
                }
            }
            if (RunReport.ended(run)) {
                return run;
            }
            try {
                Thread.sleep(POLL_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new PlatformException("interrupted; the run goes on: " + id, e);
            }
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new PlatformException("The file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
