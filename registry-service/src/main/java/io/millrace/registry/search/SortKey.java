package io.millrace.registry.search;

import io.millrace.common.error.PlatformException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One key of an order, such as {@code metrics.auc DESC}.
 *
 * @param entity what stands before the dot, in lower case; empty for an attribute without one
 */
public record SortKey(String entity, String key, boolean descending) {

    private static final Pattern ORDER = Pattern.compile(
            "\\s*(?:(?<entity>[A-Za-z_]+)\\s*\\.\\s*)?(?<key>`[^`]+`|\"[^\"]+\"|[\\w.\\-/: ]+?)(?:\\s+(?<way>ASC|DESC))?\\s*",
            Pattern.CASE_INSENSITIVE);
    private static final int MAX_KEYS = 10;

    /** Parses sort keys; the same key twice is an error. */
    public static List<SortKey> parse(List<String> items) {
        if (items.size() > MAX_KEYS) {
            throw invalid("can hold at most " + MAX_KEYS + " keys");
        }
        List<SortKey> keys = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String item : items) {
            Matcher order = ORDER.matcher(item);
            if (!order.matches()) {
                throw invalid("cannot be read: '" + Filter.shorten(item) + "'");
            }
            String entity = order.group("entity");
            SortKey key = new SortKey(
                    entity == null ? "" : entity.toLowerCase(Locale.ROOT),
                    Filter.unquote(order.group("key").strip()),
                    "DESC".equalsIgnoreCase(order.group("way")));
            if (!seen.add(key.entity + "." + key.key)) {
                throw invalid("holds a key twice: '" + Filter.shorten(item) + "'");
            }
            keys.add(key);
        }
        return keys;
    }

    /** The error of an order that cannot be carried out. */
    public static PlatformException invalid(String message) {
        return PlatformException.invalid("/order_by", message);
    }
}
