package io.millrace.registry.search;

import io.millrace.common.error.PlatformException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads filters: comparisons joined by AND. */
public final class Filter {

    private static final Pattern CLAUSE = Pattern.compile(
            "\\s*(?:(?<entity>[A-Za-z_]+)\\s*\\.\\s*)?(?<key>`[^`]+`|\"[^\"]+\"|[\\w.\\-/:]+|[Rr]un [Nn]ame)\\s*"
                    + "(?<op>!=|<=|>=|=|<|>|NOT\\s+IN\\b|IN\\b|LIKE\\b|ILIKE\\b)\\s*"
                    + "(?<value>'[^']*+(?:''[^']*+)*+'|\"[^\"]*+\"|\\((?:'[^']*+'|\"[^\"]*+\"|[^)'\"]++)*+\\)|[-+]?[\\w.+-]+)\\s*",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern AND = Pattern.compile("AND\\b", Pattern.CASE_INSENSITIVE);
    private static final int MAX_LENGTH = 10_000;
    private static final int MAX_CLAUSES = 50;

    private Filter() {}

    /** Parses a filter; an empty one has no clauses. */
    public static List<Clause> parse(@Nullable String filter) {
        List<Clause> clauses = new ArrayList<>();
        if (filter == null || filter.isBlank()) {
            return clauses;
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
            clauses.add(clause(clause));
            if (clauses.size() > MAX_CLAUSES) {
                throw invalid("has more than " + MAX_CLAUSES + " comparisons");
            }
            at = clause.end();
            if (at == filter.length()) {
                return clauses;
            }
            and.region(at, filter.length());
            if (!and.lookingAt()) {
                throw invalid("has something else than AND at '" + shorten(filter.substring(at)) + "'");
            }
            at = and.end();
        }
    }

    private static Clause clause(Matcher clause) {
        String entity = clause.group("entity");
        return new Clause(
                entity == null ? "" : entity.toLowerCase(Locale.ROOT),
                unquote(clause.group("key")),
                clause.group("op").toUpperCase(Locale.ROOT).replaceAll("\\s+", " "),
                clause.group("value"));
    }

    static String unquote(String key) {
        return key.startsWith("`") || key.startsWith("\"") ? key.substring(1, key.length() - 1) : key;
    }

    static String shorten(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }

    /** The error of a filter that cannot be carried out. */
    public static PlatformException invalid(String message) {
        return PlatformException.invalid("/filter", message);
    }
}
