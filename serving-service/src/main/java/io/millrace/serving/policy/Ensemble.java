package io.millrace.serving.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Several models that answer as one. The arm's own model is the first part.
 *
 * @param kind {@code vote}, {@code average} or {@code cascade}
 * @param with the further parts, 1..9; of a cascade, in the order they are asked
 * @param sure of a cascade: a row whose most probable class has at least this probability is not asked further; 0: 0.8
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Ensemble(@Nullable String kind, List<Part> with, double sure) {

    public Ensemble {
        with = Routing.list(with);
        sure = sure == 0 ? 0.8 : sure;
    }

    /** A further model, by alias or by version. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Part(
            @Nullable String model,
            @Nullable String alias,
            @Nullable Integer version) {}

    /** How parts become one answer. */
    public enum Kind {
        /** The class most parts name; its score is its share of the votes. */
        VOTE,
        /** The mean of the parts' probabilities, or of their values. */
        AVERAGE,
        /** The first part that is sure of a row answers it; the last answers what is left. */
        CASCADE;

        /** As sent. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The kind; null when it is none. */
    public @Nullable Kind parsed() {
        for (Kind each : Kind.values()) {
            if (each.text().equals(kind)) {
                return each;
            }
        }
        return null;
    }
}
