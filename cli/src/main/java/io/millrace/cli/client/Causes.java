package io.millrace.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Consumer;

/** Prints a chain of causes, the effect first. */
public final class Causes {

    private Causes() {}

    public static void print(JsonNode answer, Consumer<String> out) {
        String arrow = "";
        for (JsonNode node : answer.path("nodes")) {
            out.accept(arrow + node.path("kind").asText() + "  "
                    + node.path("title").asText() + "  (" + node.path("at").asText() + ")");
            JsonNode detail = node.path("detail");
            if (node.path("kind").asText().equals("window")) {
                out.accept("     requests " + detail.path("firstRequest").asText() + " to "
                        + detail.path("lastRequest").asText());
            }
            arrow = "because  ";
        }
    }
}
