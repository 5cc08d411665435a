package io.millrace.serving.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests with given attributes go to an arm, or are split by key.
 *
 * @param name unique in the endpoint; part of what the split hashes
 * @param when all must hold
 * @param arm the arm; or else
 * @param split percent by arm, together 100
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Rule(
        @Nullable String name,
        List<Condition> when,
        @Nullable String arm,
        Map<String, Double> split) {

    public Rule {
        when = Routing.list(when);
        split = Routing.map(split);
    }
}
