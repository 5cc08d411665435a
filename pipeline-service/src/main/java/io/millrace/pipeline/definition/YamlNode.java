package io.millrace.pipeline.definition;

import io.millrace.common.error.FieldError;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A place in a YAML document: what is there, where it stands, and a shared list of complaints. Used by one thread. */
final class YamlNode {

    private static final int MAX_DISTANCE = 3;
    private static final Duration LONGEST = Duration.ofDays(3660);

    private final Node node;
    private final String pointer;
    private final List<FieldError> errors;
    private final Map<String, YamlNode> children = new LinkedHashMap<>();
    private final Map<String, Node> keys = new LinkedHashMap<>();
    private final Set<String> asked = new LinkedHashSet<>();

    YamlNode(Node node, String pointer, List<FieldError> errors) {
        this.node = node;
        this.pointer = pointer;
        this.errors = errors;
        if (node.isRecursive()) {
            error("contains itself");
        } else if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key) {
                    if (children.containsKey(key.getValue())) {
                        error(key, pointer + "/" + key.getValue(), "is given twice");
                    }
                    children.put(
                            key.getValue(), new YamlNode(tuple.getValueNode(), pointer + "/" + key.getValue(), errors));
                    keys.put(key.getValue(), key);
                } else {
                    new YamlNode(tuple.getKeyNode(), pointer, errors).error("has a key that is not text");
                }
            }
        }
    }

    boolean isMap() {
        return node instanceof MappingNode;
    }

    boolean isList() {
        return node instanceof SequenceNode;
    }

    String pointer() {
        return pointer;
    }

    void error(String message) {
        error(node, pointer, message);
    }

    private void error(Node at, String where, String message) {
        Integer line = at.getStartMark().map(m -> m.getLine() + 1).orElse(null);
        Integer column = at.getStartMark().map(m -> m.getColumn() + 1).orElse(null);
        errors.add(new FieldError(where, message, line, column));
    }

    /** The value under a key, if it is there and not null. */
    Optional<YamlNode> find(String key) {
        asked.add(key);
        return Optional.ofNullable(children.get(key))
                .filter(child -> !child.node.getTag().equals(Tag.NULL));
    }

    /** The value under a key; complains when it is missing. */
    Optional<YamlNode> need(String key) {
        Optional<YamlNode> found = find(key);
        if (found.isEmpty()) {
            error("is missing '" + key + "'");
        }
        return found;
    }

    /** Whether this is a map; complains otherwise. */
    boolean expectMap() {
        if (!isMap()) {
            error("must be a map");
        }
        return isMap();
    }

    /** Complains about every key that nobody asked for, with the nearest one that exists. */
    void noOtherKeys() {
        for (Map.Entry<String, Node> entry : keys.entrySet()) {
            if (!asked.contains(entry.getKey())) {
                String near = nearest(entry.getKey(), asked)
                        .map(known -> ", did you mean '" + known + "'?")
                        .orElse("; known are " + String.join(", ", asked));
                error(entry.getValue(), pointer + "/" + entry.getKey(), "is not known here" + near);
            }
        }
    }

    Map<String, YamlNode> entries() {
        asked.addAll(children.keySet());
        return children;
    }

    List<YamlNode> items() {
        if (!(node instanceof SequenceNode sequence)) {
            error("must be a list");
            return List.of();
        }
        List<YamlNode> items = new ArrayList<>();
        int i = 0;
        for (Node item : sequence.getValue()) {
            items.add(new YamlNode(item, pointer + "/" + i++, errors));
        }
        return items;
    }

    /** The text of a scalar; complains about anything else. */
    String text() {
        if (node instanceof ScalarNode scalar && !scalar.getTag().equals(Tag.NULL)) {
            return scalar.getValue();
        }
        error("must be a text");
        return "";
    }

    /** A list of texts, or one text. */
    List<String> texts() {
        return isList() ? items().stream().map(YamlNode::text).toList() : List.of(text());
    }

    boolean flag() {
        String value = text();
        if (!value.equals("true") && !value.equals("false")) {
            error("must be true or false, is '" + value + "'");
        }
        return value.equals("true");
    }

    double number(double min, double max) {
        String value = text();
        try {
            double number = Double.parseDouble(value);
            if (number >= min && number <= max) {
                return number;
            }
            error("must be between " + plain(min) + " and " + plain(max) + ", is " + value);
        } catch (NumberFormatException e) {
            error("must be a number, is '" + value + "'");
        }
        return min;
    }

    long whole(long min, long max) {
        String value = text();
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
            error("must be between " + min + " and " + max + ", is " + value);
        } catch (NumberFormatException e) {
            error("must be a whole number, is '" + value + "'");
        }
        return min;
    }

    /** A scalar as number, boolean or text, by YAML's core schema. */
    Object scalar() {
        String value = text();
        try {
            if (node.getTag().equals(Tag.INT)) {
                return value.startsWith("0o")
                        ? (Object) Long.valueOf(value.substring(2), 8)
                        : Long.decode(decimal(value));
            }
            if (node.getTag().equals(Tag.FLOAT)) {
                return Double.valueOf(value);
            }
        } catch (NumberFormatException e) {
            // Such as .inf, or more digits than a long has: the reader of the value says what it wants.
            return value;
        }
        return node.getTag().equals(Tag.BOOL) ? (Object) Boolean.valueOf(value) : value;
    }

    /** YAML 1.2 knows no octal numbers with a leading zero: 010 is ten. */
    private static String decimal(String value) {
        return value.startsWith("0x") ? value : value.replaceFirst("^([+-]?)0+(?=\\d)", "$1");
    }

    private static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    static Optional<String> nearest(String word, Iterable<String> known) {
        String best = null;
        int distance = MAX_DISTANCE + 1;
        for (String candidate : known) {
            int d = distance(word, candidate);
            if (d < distance) {
                best = candidate;
                distance = d;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Levenshtein distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(row[j - 1], above) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }

    /** The first line of what is wrong, for tests. */
    @Override
    public String toString() {
        return pointer + ": " + node;
    }

    static @Nullable String orNull(Optional<YamlNode> node) {
        return node.map(YamlNode::text).orElse(null);
    }

    /** Complains unless the member is there and has the one value. */
    void constant(String key, String expected) {
        need(key).ifPresent(n -> {
            if (!n.text().equals(expected)) {
                n.error("must be " + expected + ", is '" + n.text() + "'");
            }
        });
    }

    /** A duration of up to ten years; a day when it is none. */
    Duration duration() {
        String value = text();
        try {
            Duration duration = Duration.parse(value);
            if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
                error("must be between PT0S and " + LONGEST + ", is " + value);
            }
            return duration;
        } catch (DateTimeException e) {
            error("must be an ISO-8601 duration such as PT1H or P7D, is '" + value + "'");
            return Duration.ofDays(1);
        }
    }
}
