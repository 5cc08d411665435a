package io.millrace.serving.door;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A path that takes POST.
 *
 * @param template such as {@code /v2/models/{}/infer}; {@code {}} stands for one segment, which is handed on decoded
 */
public record DoorPath(String template, Call call) {

    /** Answers a request. Runs on an event loop or on a worker thread. */
    @FunctionalInterface
    public interface Call {

        /** The answer, or a PlatformException, which is said in the dialect of the path. */
        DoorAnswer answer(DoorRequest request);
    }

    static final String ANY = "{}";

    /** The segments for the template's gaps; empty when the path is another. */
    Optional<List<String>> match(String path) {
        int fixed = template.indexOf(ANY);
        if (!path.regionMatches(0, template, 0, fixed < 0 ? template.length() : fixed)) {
            return Optional.empty();
        }
        List<String> found = new ArrayList<>(2);
        int at = 0;
        int from = 0;
        while (at < template.length()) {
            if (template.startsWith(ANY, at)) {
                int end = path.indexOf('/', from);
                end = end < 0 ? path.length() : end;
                if (end == from) {
                    return Optional.empty();
                }
                found.add(path.substring(from, end));
                from = end;
                at += ANY.length();
            } else {
                if (from >= path.length() || path.charAt(from) != template.charAt(at)) {
                    return Optional.empty();
                }
                from++;
                at++;
            }
        }
        return from == path.length() ? Optional.of(found) : Optional.empty();
    }

    /**
     * A path that matched.
     *
     * @param sent normalised
     */
    record Matched(DoorPath path, String sent, List<String> names) {

        /** Name of the endpoint, as the costs are kept by it; null where the path has none. */
        @Nullable
        String endpoint() {
            return names.isEmpty() ? null : names.get(0);
        }
    }
}
