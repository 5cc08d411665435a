package io.millrace.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Tells in lines of text what a pipeline run has done. */
public final class RunReport {

    private static final Set<String> UNDER_WAY = Set.of("QUEUED", "RUNNING");
    private static final int IMPORTANT = 3;

    private RunReport() {}

    /** Whether nothing more happens by itself. A run that is held has ended until somebody decides. */
    public static boolean ended(JsonNode run) {
        return !UNDER_WAY.contains(run.path("state").asText());
    }

    /** Figures of the steps that have some, every gate with its reason, and the end. */
    public static List<String> lines(JsonNode run) {
        List<String> lines = new ArrayList<>();
        for (JsonNode step : run.path("steps")) {
            tell(step.path("step").asText(), step.path("output"), lines);
        }
        for (JsonNode gate : run.path("gates")) {
            lines.add(format(
                    "gate      %-12s %s: %s",
                    gate.path("result").asText(),
                    gate.path("rule").asText(),
                    gate.path("reason").asText()));
        }
        lines.add(format(
                "run       %s, version %s",
                run.path("state").asText(), run.path("registeredVersion").asText("none")));
        return lines;
    }

    private static void tell(String step, JsonNode output, List<String> lines) {
        switch (step) {
            case "data" ->
                lines.add(format(
                        "data      %,d rows until %s",
                        output.path("rows").asInt(), output.path("until").asText("now")));
            case "split" ->
                lines.add(format(
                        "split     %,d to train, %,d to validate, %,d frozen to test",
                        output.path("train").path("rows").asInt(),
                        output.path("validation").path("rows").asInt(),
                        output.path("test").path("rows").asInt()));
            case "train" ->
                lines.add(format(
                        "train     %s, most important: %s",
                        output.path("metadata").path("algorithm").asText(), first(output.path("importance"))));
            case "evaluate" ->
                output.path("metrics")
                        .fields()
                        .forEachRemaining(metric -> lines.add(format(
                                "evaluate  %-9s %.4f  [%.4f, %.4f]",
                                metric.getKey(),
                                metric.getValue().path("value").asDouble(),
                                metric.getValue().path("lower").asDouble(),
                                metric.getValue().path("upper").asDouble())));
            default -> {
                // The other steps have nothing to tell but that they ended.
            }
        }
    }

    private static String first(JsonNode map) {
        List<String> names = new ArrayList<>();
        map.fieldNames().forEachRemaining(names::add);
        return String.join(", ", names.subList(0, Math.min(IMPORTANT, names.size())));
    }

    private static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
