package io.millrace.serving.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How requests are assigned and guarded beyond the weights of the arms. As sent, as stored and as shown; unchecked until
 * {@link RoutingCheck} has looked at it, so a list may hold null before.
 *
 * @param keyHeader name of the HTTP header that holds the key when the body gives none; before the sticky column
 * @param holdout null: no keys are held out
 * @param rules in order; the first whose conditions all hold assigns the request
 * @param fallback null: a failed arm's error goes to the caller
 * @param breaker of each arm; null: arms are called however often they fail
 * @param concurrency by arm, requests that may be in its model at once
 * @param shedding null: every request is taken
 * @param cache null: every request is computed
 * @param batching by arm
 * @param ensembles by arm; the arm's own model is the first part
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Routing(
        @Nullable String keyHeader,
        @Nullable Holdout holdout,
        List<Rule> rules,
        @Nullable Fallback fallback,
        @Nullable BreakerPolicy breaker,
        Map<String, Integer> concurrency,
        @Nullable Shedding shedding,
        @Nullable CachePolicy cache,
        Map<String, Batching> batching,
        Map<String, Ensemble> ensembles) {

    /** Nothing beyond the weights. */
    public static final Routing NONE =
            new Routing(null, null, List.of(), null, null, Map.of(), null, null, Map.of(), Map.of());

    public Routing {
        rules = list(rules);
        concurrency = map(concurrency);
        batching = map(batching);
        ensembles = map(ensembles);
    }

    /** What was not sent is empty; nulls inside stay for the check to name. */
    static <T> List<T> list(@Nullable List<T> given) {
        return given == null ? List.of() : Collections.unmodifiableList(new ArrayList<>(given));
    }

    static <T> Map<String, T> map(@Nullable Map<String, T> given) {
        return given == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(given));
    }

    /**
     * Keys that always get one arm, while weights and rules change.
     *
     * @param percent of the keys, 0..100 with up to two decimals
     */
    public record Holdout(@Nullable String arm, double percent) {

        /** Buckets of 10000 that are held out. */
        public int buckets() {
            return (int) Math.round(percent * 100);
        }
    }

    /**
     * Another arm answers when one fails.
     *
     * @param arm the arm that answers then
     * @param timeoutMs how long the first arm may take, milliseconds; 0: as long as it takes
     */
    public record Fallback(@Nullable String arm, int timeoutMs) {}

    /**
     * When an arm is left alone for a while.
     *
     * @param errorRate share of failed calls that opens, above 0 to 1; 0 when sent: 0.5
     * @param window calls looked at, 1..10000; 0: 50
     * @param minimum calls before anything opens, 1..window; 0: 10 or the window, if that is less
     * @param openMs how long no call is made, milliseconds; 0: 5000
     * @param trials calls let through then, which must all succeed; 0: 3
     */
    public record BreakerPolicy(double errorRate, int window, int minimum, int openMs, int trials) {
        public BreakerPolicy {
            errorRate = errorRate == 0 ? 0.5 : errorRate;
            window = window == 0 ? 50 : window;
            minimum = minimum == 0 ? Math.min(10, window) : minimum;
            openMs = openMs == 0 ? 5000 : openMs;
            trials = trials == 0 ? 3 : trials;
        }
    }

    /**
     * When requests are refused to keep the others fast.
     *
     * @param targetMs mean time of an answer that is still good, milliseconds
     * @param minimum requests that may always be worked on at once; 0: 1
     * @param maximum requests that are never exceeded; 0: 256
     * @param queue requests that may wait; past it they are refused
     * @param queueMs how long one may wait, milliseconds; 0: the target
     */
    public record Shedding(double targetMs, int minimum, int maximum, int queue, int queueMs) {
        public Shedding {
            minimum = minimum == 0 ? 1 : minimum;
            maximum = maximum == 0 ? 256 : maximum;
            queueMs = queueMs == 0 ? Math.max(1, (int) Math.min(targetMs, 60_000)) : queueMs;
        }
    }

    /**
     * Answers kept in memory.
     *
     * @param entries requests; 0: 10000
     * @param bytes memory they may take; 0: 16 MiB
     */
    public record CachePolicy(int entries, long bytes) {
        public CachePolicy {
            entries = entries == 0 ? 10_000 : entries;
            bytes = bytes == 0 ? 16L << 20 : bytes;
        }
    }

    /**
     * Requests that are predicted together.
     *
     * @param maxRows rows of one batch, 2..10000
     * @param maxWaitMicros how long a batch waits for company when the one before had some, microseconds; 0: never
     */
    public record Batching(int maxRows, int maxWaitMicros) {}
}
