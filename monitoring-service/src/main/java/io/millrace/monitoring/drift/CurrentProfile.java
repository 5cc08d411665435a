package io.millrace.monitoring.drift;

import io.millrace.statistics.drift.Profile;
import io.millrace.statistics.drift.ProfileBuilder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The profile of a window, on the edges of its reference. Used by one thread. */
public final class CurrentProfile {

    /** The column under which training stores the distribution of its scores. */
    public static final String SCORE = "__score__";

    private static final Profile EMPTY = new Profile(0, Map.of(), Map.of());

    private final ProfileBuilder builder;

    /** Without a reference only the rows are counted. */
    public CurrentProfile(@Nullable Profile reference) {
        builder = ProfileBuilder.withEdges(reference == null ? EMPTY : reference);
    }

    /** Adds one prediction. */
    public void add(Map<String, Object> inputs, @Nullable Double score) {
        Map<String, Object> row = new HashMap<>(inputs);
        if (score != null) {
            row.put(SCORE, score);
        }
        builder.add(row);
    }

    public Profile build() {
        return builder.build();
    }
}
