package io.millrace.registry.policy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What differs between the signatures of two versions, as who sends requests sees it. Inputs follow the rules of schema
 * evolution: a new input that may be missing breaks nobody, a new required one breaks who does not send it. Answers may gain
 * outputs and classes may not change, since their order is that of the probabilities.
 *
 * @param forOlderClients why requests written for the older version, or its answers, do not work with the newer one
 * @param forNewerClients the other way round
 */
public record SignatureChanges(List<String> forOlderClients, List<String> forNewerClients) {

    /** The differences of two signatures as versions keep them. */
    public static SignatureChanges between(JsonNode older, JsonNode newer) {
        return new SignatureChanges(breaks(older, newer), breaks(newer, older));
    }

    /** The differences that a rule does not allow; empty when all is well. */
    public List<String> against(Compatibility rule) {
        return switch (rule) {
            case NONE -> List.of();
            case BACKWARD -> forOlderClients;
            case FORWARD -> forNewerClients;
            case FULL -> {
                Set<String> all = new LinkedHashSet<>(forOlderClients);
                all.addAll(forNewerClients);
                yield List.copyOf(all);
            }
        };
    }

    /** Why who knows {@code known} cannot use a model with {@code actual}. */
    private static List<String> breaks(JsonNode known, JsonNode actual) {
        List<String> found = new ArrayList<>();
        if (!known.path("task").equals(actual.path("task"))) {
            found.add("the task is " + actual.path("task").asText() + ", not "
                    + known.path("task").asText());
        }
        Map<String, JsonNode> sent = byName(known.path("inputs"));
        byName(actual.path("inputs")).forEach((name, wanted) -> input(found, name, sent.get(name), wanted));
        Map<String, JsonNode> given = byName(actual.path("outputs"));
        byName(known.path("outputs")).forEach((name, expected) -> {
            JsonNode output = given.get(name);
            if (output == null) {
                found.add("output " + name + " is gone");
            } else if (!output.path("type").equals(expected.path("type"))
                    || !output.path("width").equals(expected.path("width"))) {
                found.add("output " + name + " has another type or width");
            }
        });
        if (!known.path("classes").equals(actual.path("classes"))) {
            found.add("the classes are " + actual.path("classes") + ", not " + known.path("classes"));
        }
        return List.copyOf(found);
    }

    private static void input(List<String> found, String name, @Nullable JsonNode sent, JsonNode wanted) {
        if (sent == null) {
            if (!wanted.path("nullable").asBoolean()) {
                found.add("input " + name + " is required and was not there");
            }
            return;
        }
        String from = sent.path("type").asText();
        String to = wanted.path("type").asText();
        if (!from.equals(to) && !(from.equals("INT64") && to.equals("FLOAT64"))) {
            found.add("input " + name + " is " + to + ", not " + from);
        }
        if (sent.path("nullable").asBoolean() && !wanted.path("nullable").asBoolean()) {
            found.add("input " + name + " may no longer be missing");
        }
        if (above(wanted.get("min"), sent.get("min"), Double.NEGATIVE_INFINITY)
                || above(sent.get("max"), wanted.get("max"), Double.POSITIVE_INFINITY)) {
            found.add("input " + name + " has a narrower range");
        }
        Set<String> allowed = texts(wanted.path("categories"));
        if (!allowed.isEmpty()
                && (texts(sent.path("categories")).isEmpty() || !allowed.containsAll(texts(sent.path("categories"))))) {
            found.add("input " + name + " allows fewer categories");
        }
    }

    private static boolean above(@Nullable JsonNode bound, @Nullable JsonNode other, double unbounded) {
        return number(bound, unbounded) > number(other, unbounded);
    }

    private static double number(@Nullable JsonNode bound, double unbounded) {
        return bound == null || bound.isNull() ? unbounded : bound.asDouble();
    }

    private static Map<String, JsonNode> byName(JsonNode columns) {
        Map<String, JsonNode> named = new LinkedHashMap<>();
        columns.forEach(column -> named.put(column.path("name").asText(), column));
        return named;
    }

    private static Set<String> texts(JsonNode list) {
        Set<String> texts = new LinkedHashSet<>();
        list.forEach(item -> texts.add(item.asText()));
        return texts;
    }
}
