package io.millrace.registry.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One comparison of a filter, such as {@code metrics.auc > 0.9}.
 *
 * @param entity what stands before the dot, in lower case; empty for an attribute without one
 * @param key the name without quotes
 * @param operator in upper case with single spaces
 * @param value as written, with its quotes or parentheses
 */
public record Clause(String entity, String key, String operator, String value) {

    private static final Set<String> NUMERIC = Set.of("=", "!=", "<", "<=", ">", ">=");
    private static final Set<String> TEXT = Set.of("=", "!=", "LIKE", "ILIKE");
    private static final Pattern QUOTED = Pattern.compile("'([^']*+(?:''[^']*+)*+)'|\"([^\"]*+)\"");
    private static final Pattern LIST =
            Pattern.compile("\\(\\s*(?:" + QUOTED + ")(?:\\s*,\\s*(?:" + QUOTED + "))*+\\s*,?\\s*\\)");

    /** A comparison of a column with a number; NaN is greater than nothing, though PostgreSQL sorts it last. */
    public Condition numeric(String column) {
        String sql = column + " " + sqlOperator(NUMERIC) + " ?";
        return new Condition(operator.startsWith(">") ? sql + " and " + column + " <> 'NaN'" : sql, List.of(number()));
    }

    /** A comparison of a whole number's column with a number. */
    public Condition integer(String column) {
        return new Condition(column + " " + sqlOperator(NUMERIC) + " ?", List.of((long) number()));
    }

    /** A comparison of a column with a time in milliseconds since 1970. */
    public Condition instant(String column) {
        return new Condition(column + " " + sqlOperator(NUMERIC) + " to_timestamp(? / 1000.0)", List.of(number()));
    }

    /** A comparison of a column with a text. */
    public Condition text(String column) {
        String sql = column + " " + sqlOperator(TEXT) + " ?";
        // Without it a backslash would escape, and one at the end would be an error of the database.
        return new Condition(operator.endsWith("LIKE") ? sql + " escape ''" : sql, List.of(text()));
    }

    /** As {@link #text(String)}, or a list after IN or NOT IN. */
    public Condition textOrList(String column) {
        if (!isList()) {
            return text(column);
        }
        String test = column + " = any (?)";
        return new Condition(operator.equals("IN") ? test : "not (" + test + ")", List.of((Object) texts()));
    }

    public boolean isList() {
        return operator.equals("IN") || operator.equals("NOT IN");
    }

    public boolean isText() {
        return QUOTED.matcher(value).matches();
    }

    public double number() {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw Filter.invalid("needs a number after " + key + " " + operator + ", not " + Filter.shorten(value));
        }
    }

    public String text() {
        Matcher quoted = QUOTED.matcher(value);
        if (!quoted.matches()) {
            throw Filter.invalid(
                    "needs a quoted text after " + key + " " + operator + ", not " + Filter.shorten(value));
        }
        return inner(quoted);
    }

    private List<String> texts() {
        if (!LIST.matcher(value).matches()) {
            throw Filter.invalid("needs a list such as ('a', 'b') after " + key + " " + operator);
        }
        List<String> texts = new ArrayList<>();
        Matcher quoted = QUOTED.matcher(value);
        while (quoted.find()) {
            texts.add(inner(quoted));
        }
        return texts;
    }

    private static String inner(Matcher quoted) {
        String single = quoted.group(1);
        return single == null ? String.valueOf(quoted.group(2)) : single.replace("''", "'");
    }

    private String sqlOperator(Set<String> allowed) {
        if (!allowed.contains(operator)) {
            throw Filter.invalid("does not allow " + operator + " after " + key + ", only "
                    + String.join(", ", allowed.stream().sorted().toList()));
        }
        return operator.equals("!=") ? "<>" : operator.toLowerCase(Locale.ROOT);
    }
}
