package io.millrace.registry.search;

import io.millrace.common.error.PlatformException;
import io.millrace.common.http.PageToken;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Paging by the keys of the last row, whatever the order: no row is skipped or repeated when others come in, and page 100
 * costs what page 1 does.
 *
 * <p>The select joins {@link #join} and reads {@link #columns}; its condition holds {@link #after} when a token is given.
 */
public final class Keyset {

    private static final String NONE = "-";

    private final List<SortTerm> terms;
    private final Part part;

    /** @param terms the last of them must be unique */
    public Keyset(List<SortTerm> terms) {
        this(terms, Part.ALL);
    }

    private Keyset(List<SortTerm> terms, Part part) {
        this.terms = List.copyOf(terms);
        this.part = part;
    }

    private enum Part {
        ALL,
        NUMBERS,
        REST
    }

    /**
     * The rows after a token in parts, each wholly before the next one. A joined number makes two: an index walks rows that
     * have one in order, which it cannot do when rows with NaN and with nothing come among them.
     */
    public List<Keyset> parts(@Nullable String token) {
        SortTerm first = terms.get(0);
        if (!number(first) || first.source().sql().isEmpty()) {
            return List.of(this);
        }
        Keyset rest = new Keyset(terms, Part.REST);
        List<String> values = values(token);
        return values == null || ordered(values.get(0))
                ? List.of(new Keyset(terms, Part.NUMBERS), rest)
                : List.of(rest);
    }

    /** Gives each expression a name, once. */
    public Condition join() {
        StringBuilder sql = new StringBuilder();
        List<@Nullable Object> arguments = new ArrayList<>();
        for (int i = 0; i < terms.size(); i++) {
            Condition source = terms.get(i).source();
            if (!source.sql().isEmpty()) {
                sql.append(i == 0 && part == Part.NUMBERS ? " join " : " left join ")
                        .append(source.sql());
                arguments.addAll(source.arguments());
            }
        }
        sql.append(" cross join lateral (select ");
        for (int i = 0; i < terms.size(); i++) {
            sql.append(i == 0 ? "" : ", ")
                    .append(terms.get(i).expression())
                    .append(" as k")
                    .append(i);
            arguments.addAll(terms.get(i).arguments());
        }
        return new Condition(sql.append(") s").toString(), arguments);
    }

    /** The names as text, for {@link #token}. */
    public String columns() {
        StringBuilder sql = new StringBuilder();
        for (int i = 0; i < terms.size(); i++) {
            sql.append(", s.k").append(i).append("::text as ").append(column(i));
        }
        return sql.toString();
    }

    /** The name of a key's text. */
    public static String column(int key) {
        return "key_" + key;
    }

    public int size() {
        return terms.size();
    }

    public String orderBy() {
        StringBuilder sql = new StringBuilder(" order by ");
        for (int i = 0; i < terms.size(); i++) {
            SortTerm term = terms.get(i);
            String key = "s.k" + i;
            sql.append(i == 0 ? "" : ", ");
            boolean gaps = i > 0 || part != Part.NUMBERS;
            if (gaps && number(term) && term.descending()) {
                sql.append("coalesce(").append(key).append(" = 'NaN', true), ");
            }
            sql.append(key)
                    .append(term.descending() ? " desc" : " asc")
                    .append(gaps && term.nullable() ? " nulls last" : "");
        }
        return sql.toString();
    }

    /** Rows of this part after the one that the token names, all of it without a token. */
    public Condition after(@Nullable String token) {
        List<String> values = values(token);
        return switch (part) {
            case ALL -> values == null ? new Condition("true", List.of()) : beyond(values);
            case NUMBERS -> and("s.k0 < 'NaN'", values);
            case REST -> and("coalesce(s.k0 = 'NaN', true)", values == null || ordered(values.get(0)) ? null : values);
        };
    }

    private Condition and(String sql, @Nullable List<String> values) {
        if (values == null) {
            return new Condition(sql, List.of());
        }
        Condition beyond = beyond(values);
        return new Condition(sql + " and " + beyond.sql(), beyond.arguments());
    }

    /** Whether a key of a token is a number that an index has in its place. */
    private static boolean ordered(String encoded) {
        return !encoded.equals(NONE) && !encoded.equals("=NaN");
    }

    private Condition beyond(List<String> values) {
        List<String> cases = new ArrayList<>();
        List<@Nullable Object> arguments = new ArrayList<>();
        StringBuilder first = new StringBuilder();
        if (!terms.get(0).nullable() || part == Part.NUMBERS) {
            // Says no more than the cases do, but in a form that an index understands.
            first.append("s.k0 ")
                    .append(terms.get(0).descending() ? "<=" : ">=")
                    .append(" ?::")
                    .append(terms.get(0).type())
                    .append(" and ");
            arguments.add(values.get(0).substring(1));
        }
        for (int i = 0; i < terms.size(); i++) {
            List<@Nullable Object> own = new ArrayList<>();
            StringBuilder sql = new StringBuilder("(");
            for (int j = 0; j < i; j++) {
                sql.append("s.k")
                        .append(j)
                        .append(" is not distinct from ?::")
                        .append(terms.get(j).type())
                        .append(" and ");
                own.add(value(values.get(j)));
            }
            if (beyond(sql, own, i, values.get(i))) {
                cases.add(sql.append(")").toString());
                arguments.addAll(own);
            }
        }
        String sql = first + "(" + String.join(" or ", cases) + ")";
        return new Condition(sql, arguments);
    }

    /** Writes that the key comes after the value; nothing comes after a missing one. */
    private boolean beyond(StringBuilder sql, List<@Nullable Object> arguments, int i, String encoded) {
        SortTerm term = terms.get(i);
        if (encoded.equals(NONE)) {
            return false;
        }
        String key = "s.k" + i;
        String value = encoded.substring(1);
        if (number(term) && value.equals("NaN")) {
            sql.append(key).append(" is null");
            return true;
        }
        sql.append("(")
                .append(key)
                .append(term.descending() ? " < ?::" : " > ?::")
                .append(term.type());
        arguments.add(value);
        if (number(term) && term.descending()) {
            sql.append(" or ").append(key).append(" = 'NaN'");
        }
        if (term.nullable()) {
            sql.append(" or ").append(key).append(" is null");
        }
        sql.append(")");
        return true;
    }

    private static @Nullable Object value(String encoded) {
        return encoded.equals(NONE) ? null : encoded.substring(1);
    }

    private static boolean number(SortTerm term) {
        return term.type().equals("float8");
    }

    /** The token of the page after a row with these keys. */
    public String token(List<@Nullable String> keys) {
        List<String> parts = new ArrayList<>();
        parts.add(fingerprint());
        for (String key : keys) {
            parts.add(key == null ? NONE : "=" + key);
        }
        return PageToken.encode(parts);
    }

    /** The keys in a token, each with a sign before it; null without a token. */
    private @Nullable List<String> values(@Nullable String token) {
        return token == null || token.isEmpty() ? null : decode(token);
    }

    private List<String> decode(String token) {
        List<String> parts;
        try {
            parts = PageToken.decode(token, terms.size() + 1);
        } catch (PlatformException e) {
            throw invalid();
        }
        if (!parts.get(0).equals(fingerprint())) {
            throw invalid();
        }
        List<String> values = parts.subList(1, parts.size());
        for (int i = 0; i < values.size(); i++) {
            boolean absent = values.get(i).equals(NONE);
            if (absent ? !terms.get(i).nullable() : !readable(terms.get(i), values.get(i))) {
                throw invalid();
            }
        }
        return values;
    }

    private static boolean readable(SortTerm term, String encoded) {
        if (!encoded.startsWith("=")) {
            return false;
        }
        String value = encoded.substring(1);
        return switch (term.type()) {
            case "text" -> value.indexOf('\0') < 0;
            case "bigint" -> value.matches("-?\\d{1,18}");
            case "float8" -> value.matches("-?(\\d+(\\.\\d+)?(e[-+]?\\d{1,3})?|Infinity)|NaN");
            default -> value.matches("\\d{4,6}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(\\.\\d+)?[-+]\\d\\d(:\\d\\d)?");
        };
    }

    private static PlatformException invalid() {
        return PlatformException.invalid("/page_token", "is not a token of this search and order");
    }

    /** Binds a token to its order: keys of another order would be compared with the wrong columns. */
    private String fingerprint() {
        CRC32 crc = new CRC32();
        for (SortTerm term : terms) {
            String text = term.expression() + term.arguments() + term.source() + term.descending();
            crc.update(text.getBytes(StandardCharsets.UTF_8));
        }
        return Long.toHexString(crc.getValue());
    }
}
