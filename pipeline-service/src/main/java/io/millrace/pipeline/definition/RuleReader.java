package io.millrace.pipeline.definition;

import io.millrace.statistics.metric.Metric;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the short and the long forms of expectations and gates. */
final class RuleReader {

    private static final Pattern COMPARISON = Pattern.compile(
            "\\s*(?<name>[a-z_0-9]+)\\s*(?:\\(\\s*(?<column>[^()]+?)\\s*\\))?\\s*(?:(?<op>>=|<=)\\s*(?<value>\\S+))?\\s*");
    private static final List<String> EXPECTATIONS =
            List.of("rows", "null_rate", "not_null", "range", "in", "unique", "label_rate");
    private static final double INF = Double.POSITIVE_INFINITY;

    private RuleReader() {}

    /** What is measured when a pipeline does not say. */
    static List<String> standardMetrics(boolean regression, boolean binary) {
        if (regression) {
            return List.of("rmse", "mae", "r2");
        }
        return binary ? List.of("roc_auc", "log_loss", "brier", "accuracy") : List.of("accuracy", "f1", "log_loss");
    }

    /** {@code rows >= 10}, {@code range(temp): [0, 50]}, or a map with {@code rule} and {@code onFail}. */
    static Optional<ExpectationSpec> expectation(YamlNode node) {
        if (!node.isMap()) {
            return shortExpectation(node, node.text(), false);
        }
        boolean warn = node.find("onFail").map(RuleReader::warns).orElse(false);
        Optional<YamlNode> rule = node.find("rule");
        if (rule.isPresent()) {
            node.noOtherKeys();
            return shortExpectation(rule.get(), rule.get().text(), warn);
        }
        var entries = node.entries().entrySet().stream()
                .filter(e -> !e.getKey().equals("onFail"))
                .toList();
        if (entries.size() != 1) {
            node.error("must be one rule such as 'range(column): [low, high]'");
            return Optional.empty();
        }
        return listExpectation(entries.get(0).getValue(), entries.get(0).getKey(), warn);
    }

    private static boolean warns(YamlNode node) {
        String value = node.text();
        if (!value.equals("fail") && !value.equals("warn")) {
            node.error("must be fail or warn, is '" + value + "'");
        }
        return value.equals("warn");
    }

    private static Optional<ExpectationSpec> shortExpectation(YamlNode node, String text, boolean warn) {
        Matcher m = COMPARISON.matcher(text);
        if (!m.matches() || !known(node, m.group("name"))) {
            if (!m.matches()) {
                node.error("is not a rule such as 'rows >= 1000' or 'null_rate(column) <= 0.01': '" + text + "'");
            }
            return Optional.empty();
        }
        String column = m.group("column") == null ? "" : m.group("column");
        double low = -INF;
        double high = INF;
        if (m.group("op") != null) {
            double bound = number(node, m.group("value"));
            low = m.group("op").equals(">=") ? bound : -INF;
            high = m.group("op").equals("<=") ? bound : INF;
        }
        String kind = m.group("name");
        boolean bare = kind.equals("unique") || kind.equals("not_null");
        if (bare == (m.group("op") != null) || (kind.equals("range") || kind.equals("in"))) {
            node.error("is not complete: '" + text + "'");
            return Optional.empty();
        }
        return Optional.of(new ExpectationSpec(text, kind, column, low, high, List.of(), warn));
    }

    private static Optional<ExpectationSpec> listExpectation(YamlNode value, String rule, boolean warn) {
        Matcher m = COMPARISON.matcher(rule);
        if (!m.matches() || m.group("op") != null || !known(value, m.group("name"))) {
            return Optional.empty();
        }
        String kind = m.group("name");
        String column = m.group("column") == null ? "" : m.group("column");
        List<String> items = value.texts();
        String text = rule + " " + items;
        if (kind.equals("in")) {
            return Optional.of(new ExpectationSpec(text, kind, column, -INF, INF, items, warn));
        }
        if (!kind.equals("range") && !kind.equals("label_rate") || items.size() != 2) {
            value.error("must be [low, high]");
            return Optional.empty();
        }
        double low = number(value, items.get(0));
        double high = number(value, items.get(1));
        if (low > high) {
            value.error("has its bounds the wrong way round");
        }
        return Optional.of(new ExpectationSpec(text, kind, column, low, high, List.of(), warn));
    }

    private static boolean known(YamlNode node, String kind) {
        if (EXPECTATIONS.contains(kind)) {
            return true;
        }
        String near = YamlNode.nearest(kind, EXPECTATIONS)
                .map(k -> ", did you mean '" + k + "'?")
                .orElse("; known are " + String.join(", ", EXPECTATIONS));
        node.error("has no rule '" + kind + "'" + near);
        return false;
    }

    private static double number(YamlNode node, String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            node.error("needs a number, not '" + text + "'");
            return 0;
        }
    }

    /** {@code roc_auc >= 0.9}, or a map with {@code rule}. */
    static Optional<GateSpec> gate(YamlNode node) {
        return node.isMap() ? longGate(node) : shortGate(node);
    }

    private static Optional<GateSpec> shortGate(YamlNode node) {
        String text = node.text();
        Matcher m = COMPARISON.matcher(text);
        if (!m.matches() || m.group("op") == null || m.group("column") != null) {
            node.error("is not a gate such as 'roc_auc >= 0.9': '" + text + "'");
            return Optional.empty();
        }
        metric(node, m.group("name"));
        double bound = number(node, m.group("value"));
        return Optional.of(new GateSpec.Absolute(
                text, false, m.group("name"), m.group("op").equals(">="), bound));
    }

    private static Optional<GateSpec> longGate(YamlNode node) {
        String rule = node.need("rule").map(YamlNode::text).orElse("");
        boolean warn = node.find("severity").map(RuleReader::severity).orElse(false);
        Optional<GateSpec> gate = switch (rule) {
            case "not-worse", "better" -> comparison(node, rule, warn);
            case "enough" -> {
                long rows =
                        node.find("rows").map(n -> n.whole(0, 1_000_000_000)).orElse(0L);
                long positives = node.find("positives")
                        .map(n -> n.whole(0, 1_000_000_000))
                        .orElse(0L);
                long negatives = node.find("negatives")
                        .map(n -> n.whole(0, 1_000_000_000))
                        .orElse(0L);
                long perClass = node.find("perClass")
                        .map(n -> n.whole(0, 1_000_000_000))
                        .orElse(0L);
                String text = perClass > 0
                        ? "enough rows " + rows + ", " + perClass + " of each class"
                        : "enough rows " + rows + ", positives " + positives + ", negatives " + negatives;
                yield Optional.of(new GateSpec.Enough(text, warn, rows, positives, negatives, perClass));
            }
            case "" -> Optional.empty();
            default -> {
                Optional<GateSpec> absolute = node.find("rule").flatMap(RuleReader::shortGate);
                yield absolute.map(g -> g instanceof GateSpec.Absolute a
                        ? new GateSpec.Absolute(a.text(), warn, a.metric(), a.atLeast(), a.bound())
                        : g);
            }
        };
        node.noOtherKeys();
        return gate;
    }

    private static Optional<GateSpec> comparison(YamlNode node, String rule, boolean warn) {
        String metric = node.need("metric").map(YamlNode::text).orElse("");
        if (!metric.isEmpty()) {
            metric(node, metric);
        }
        String than = node.find("than").map(YamlNode::text).orElse("champion");
        if (!than.equals("champion") && !than.equals("dummy")) {
            node.error("compares with champion or dummy, not '" + than + "'");
        }
        String margin = node.find("margin").map(YamlNode::text).orElse("0");
        boolean relative = margin.endsWith("%");
        double value =
                number(node, relative ? margin.substring(0, margin.length() - 1) : margin) / (relative ? 100 : 1);
        if (!(value >= 0)) {
            node.error("needs a margin that is not negative");
        }
        double confidence =
                node.find("confidence").map(n -> n.number(0.5, 0.9999)).orElse(0.95);
        String text = String.format(Locale.ROOT, "%s %s than %s, margin %s", metric, rule, than, margin);
        return Optional.of(new GateSpec.Comparison(
                text, warn, metric, rule.equals("better"), than.equals("dummy"), value, relative, confidence));
    }

    private static boolean severity(YamlNode node) {
        String value = node.text();
        if (!value.equals("required") && !value.equals("warn")) {
            node.error("must be required or warn, is '" + value + "'");
        }
        return value.equals("warn");
    }

    static void metric(YamlNode node, String name) {
        if (Metric.find(name).isEmpty()) {
            List<String> names = java.util.Arrays.stream(Metric.values())
                    .map(Metric::metricName)
                    .toList();
            String near = YamlNode.nearest(name, names)
                    .map(k -> ", did you mean '" + k + "'?")
                    .orElse("; known are " + String.join(", ", names));
            node.error("has no metric '" + name + "'" + near);
        }
    }
}
