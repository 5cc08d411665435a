package io.millrace.registry.run;

import io.millrace.common.error.PlatformException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The filter and order grammar of MLflow's run search: comparisons joined by AND. It becomes SQL whose every value is an
 * argument; words of the filter never reach the statement.
 */
public final class RunFilter {

    /** A condition and its arguments in order. */
    public record Condition(String sql, List<Object> arguments) {}

    /** A sort key and its arguments in order. */
    public record Order(String sql, List<Object> arguments) {}

    private static final Pattern CLAUSE = Pattern.compile(
            "\\s*(?:(?<entity>[A-Za-z]+)\\s*\\.\\s*)?(?<key>`[^`]+`|\"[^\"]+\"|[\\w.\\-/:]+)\\s*"
                    + "(?<op>!=|<=|>=|=|<|>|NOT\\s+IN\\b|IN\\b|LIKE\\b|ILIKE\\b)\\s*"
                    + "(?<value>'(?:[^']|'')*'|\"[^\"]*\"|\\([^)]*\\)|[-+]?[\\w.+-]+)\\s*",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern AND = Pattern.compile("AND\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern ORDER = Pattern.compile(
            "\\s*(?:(?<entity>[A-Za-z]+)\\s*\\.\\s*)?(?<key>`[^`]+`|\"[^\"]+\"|[\\w.\\-/: ]+?)\\s*(?<way>ASC|DESC)?\\s*",
            Pattern.CASE_INSENSITIVE);
    private static final Set<String> NUMERIC = Set.of("=", "!=", "<", "<=", ">", ">=");
    private static final Set<String> TEXT = Set.of("=", "!=", "LIKE", "ILIKE");
    private static final Map<String, String> ENTITIES = Map.ofEntries(
            Map.entry("metric", "metric"),
            Map.entry("metrics", "metric"),
            Map.entry("param", "param"),
            Map.entry("params", "param"),
            Map.entry("parameter", "param"),
            Map.entry("parameters", "param"),
            Map.entry("tag", "tag"),
            Map.entry("tags", "tag"),
            Map.entry("attribute", "attribute"),
            Map.entry("attributes", "attribute"),
            Map.entry("attr", "attribute"),
            Map.entry("run", "attribute"));
    private static final Map<String, String> ATTRIBUTES = Map.of(
            "run_id", "r.run_id",
            "run_name", "r.name",
            "user_id", "r.user_id",
            "status", "r.status",
            "start_time", "r.start_at",
            "created", "r.start_at",
            "end_time", "r.end_at");
    private static final int MAX_LENGTH = 10_000;

    private RunFilter() {}

    /** Parses a filter; an empty one has no conditions. */
    public static List<Condition> parse(@Nullable String filter) {
        List<Condition> conditions = new ArrayList<>();
        if (filter == null || filter.isBlank()) {
            return conditions;
        }
        if (filter.length() > MAX_LENGTH) {
            throw invalid("is longer than " + MAX_LENGTH + " characters");
        }
        Matcher clause = CLAUSE.matcher(filter);
        Matcher and = AND.matcher(filter);
        int at = 0;
        while (true) {
            clause.region(at, filter.length());
            if (!clause.lookingAt()) {
                throw invalid("cannot be read at '" + shorten(filter.substring(at)) + "'");
            }
            conditions.add(condition(clause));
            at = clause.end();
            if (at == filter.length()) {
                return conditions;
            }
            and.region(at, filter.length());
            if (!and.lookingAt()) {
                throw invalid("has something else than AND at '" + shorten(filter.substring(at)) + "'");
            }
            at = and.end();
        }
    }

    private static Condition condition(Matcher clause) {
        String entity = entity(clause.group("entity"));
        String key = unquote(clause.group("key"));
        String op = clause.group("op").toUpperCase(Locale.ROOT).replaceAll("\\s+", " ");
        String value = clause.group("value");
        return switch (entity) {
            case "metric" ->
                new Condition(
                        "exists (select 1 from registry.metric_latest m where m.run_id = r.run_id and m.key = ? and m.value "
                                + operator(op, NUMERIC) + " ?)",
                        List.of(key, number(value)));
            case "param", "tag" ->
                new Condition(
                        "exists (select 1 from registry.run_" + entity
                                + " p where p.run_id = r.run_id and p.key = ? and " + "p.value " + operator(op, TEXT)
                                + " ?)",
                        List.of(key, text(value)));
            default -> attribute(key, op, value);
        };
    }

    private static Condition attribute(String key, String op, String value) {
        String column = column(key);
        if (column.endsWith("_at")) {
            long millis = (long) number(value);
            return new Condition(
                    column + " " + operator(op, NUMERIC) + " ?",
                    List.of(Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC)));
        }
        if (op.equals("IN") || op.equals("NOT IN")) {
            List<Object> values = new ArrayList<>();
            Matcher item = Pattern.compile("'((?:[^']|'')*)'").matcher(value);
            while (item.find()) {
                values.add(item.group(1).replace("''", "'"));
            }
            if (values.isEmpty()) {
                throw invalid("needs a list such as ('a', 'b') after " + op);
            }
            String test = column + " = any (?)";
            return new Condition(op.equals("IN") ? test : "not " + test, List.of((Object) values));
        }
        return new Condition(column + " " + operator(op, TEXT) + " ?", List.of(text(value)));
    }

    /** Parses sort keys such as {@code metrics.auc DESC}. */
    public static List<Order> parseOrder(List<String> keys) {
        List<Order> orders = new ArrayList<>();
        for (String item : keys) {
            Matcher order = ORDER.matcher(item);
            if (!order.matches()) {
                throw PlatformException.invalid("/order_by", "cannot be read: '" + shorten(item) + "'");
            }
            String entity = entity(order.group("entity"));
            String key = unquote(order.group("key").strip());
            String way = "DESC".equalsIgnoreCase(order.group("way")) ? "desc" : "asc";
            switch (entity) {
                case "metric" -> {
                    // Real numbers first, then NaN, then runs without the metric, in both directions.
                    String value =
                            "(select m.value from registry.metric_latest m where m.run_id = r.run_id and m.key = ?)";
                    orders.add(new Order(
                            "case when " + value + " is null then 2 when " + value + " = 'NaN' then 1 else 0 end, "
                                    + value + " " + way,
                            List.of(key, key, key)));
                }
                case "param", "tag" ->
                    orders.add(new Order(
                            "(select p.value from registry.run_" + entity
                                    + " p where p.run_id = r.run_id and p.key = ?) " + way + " nulls last",
                            List.of(key)));
                default -> orders.add(new Order(column(key) + " " + way + " nulls last", List.of()));
            }
        }
        return orders;
    }

    private static String entity(@Nullable String word) {
        if (word == null) {
            return "attribute";
        }
        String entity = ENTITIES.get(word.toLowerCase(Locale.ROOT));
        if (entity == null) {
            throw invalid("knows metrics, params, tags and attributes, not '" + word + "'");
        }
        return entity;
    }

    private static String column(String key) {
        String column = ATTRIBUTES.get(key.toLowerCase(Locale.ROOT).replace(' ', '_'));
        if (column == null) {
            throw invalid("knows the attributes "
                    + String.join(", ", ATTRIBUTES.keySet().stream().sorted().toList()) + ", not '" + key + "'");
        }
        return column;
    }

    private static String operator(String op, Set<String> allowed) {
        if (!allowed.contains(op)) {
            throw invalid("does not allow " + op + " here, only "
                    + String.join(", ", allowed.stream().sorted().toList()));
        }
        return op.equals("!=") ? "<>" : op.toLowerCase(Locale.ROOT);
    }

    private static double number(String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw invalid("needs a number, not " + shorten(value));
        }
    }

    private static String text(String value) {
        if (value.length() < 2 || (value.charAt(0) != '\'' && value.charAt(0) != '"')) {
            throw invalid("needs a quoted text, not " + shorten(value));
        }
        return value.substring(1, value.length() - 1).replace("''", "'");
    }

    private static String unquote(String key) {
        return key.startsWith("`") || key.startsWith("\"") ? key.substring(1, key.length() - 1) : key;
    }

    private static String shorten(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }

    private static PlatformException invalid(String message) {
        return PlatformException.invalid("/filter", message);
    }
}
