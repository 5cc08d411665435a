package io.millrace.serving.route;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.serving.endpoint.Endpoint;
import io.millrace.serving.guard.EndpointGuard;
import io.millrace.serving.policy.Routing.Fallback;
import io.millrace.serving.policy.Rule;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The guards of a route, the arm that answers when another fails, and the counts of both. Immutable but for the guards. */
public final class Failover {

    private final String endpoint;
    private final @Nullable String keyHeader;
    private final EndpointGuard guard;
    private final @Nullable ServedArm fallback;
    private final int timeoutMs;
    private final MeterRegistry meters;
    private final Map<String, Counter> assigned = new HashMap<>();

    Failover(Endpoint endpoint, EndpointGuard guard, @Nullable ServedArm fallback, MeterRegistry meters) {
        this.endpoint = endpoint.name();
        this.keyHeader = endpoint.routing().keyHeader();
        this.guard = guard;
        this.fallback = fallback;
        Fallback wanted = endpoint.routing().fallback();
        this.timeoutMs = wanted == null ? 0 : wanted.timeoutMs();
        this.meters = meters;
        if (endpoint.routing().holdout() != null) {
            count("holdout");
        }
        for (Rule rule : endpoint.routing().rules()) {
            count("rule:" + rule.name());
        }
        count("weight");
    }

    private void count(String by) {
        assigned.put(
                by,
                Counter.builder("millrace.serving.assignments")
                        .description("Requests by what assigned them: holdout, a rule, or weight")
                        .tags("endpoint", endpoint, "by", by)
                        .register(meters));
    }

    void assigned(String by) {
        Counter counter = assigned.get(by);
        if (counter != null) {
            counter.increment();
        }
    }

    /** Name of the header that holds the key; null: none does. */
    public @Nullable String keyHeader() {
        return keyHeader;
    }

    public EndpointGuard guard() {
        return guard;
    }

    /** The arm that answers when this one fails; null when none does. */
    public @Nullable ServedArm fallback(ServedArm failed) {
        return fallback == null || fallback.name().equals(failed.name()) ? null : fallback;
    }

    /** How long the arm may take, milliseconds; 0: as long as it takes, as for the last one that can answer. */
    public int timeoutMs(ServedArm arm) {
        return fallback(arm) == null ? 0 : timeoutMs;
    }

    /** Whether an answer may have to wait: for a time-out, a place, or a batch. */
    boolean waits() {
        return (fallback != null && timeoutMs > 0) || guard.waits();
    }

    /** An arm did not answer. */
    public void troubled(ServedArm arm, String reason, boolean answeredByFallback) {
        Counter.builder("millrace.serving.arm.trouble")
                .description("Calls an arm did not answer: error, timeout, open (circuit breaker), busy (its limit)")
                .tags(
                        "endpoint",
                        endpoint,
                        "arm",
                        arm.name(),
                        "reason",
                        reason,
                        "fallback",
                        String.valueOf(answeredByFallback))
                .register(meters)
                .increment();
    }
}
