package io.millrace.serving.guard;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.millrace.serving.policy.Routing;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The guards of every endpoint of this process, kept while routes are rebuilt. Only the route refresh changes it. */
@ApplicationScoped
public class GuardTable {

    private final Map<String, EndpointGuard> guards = new ConcurrentHashMap<>();
    private final Set<String> metered = ConcurrentHashMap.newKeySet();
    private final MeterRegistry meters;

    GuardTable(MeterRegistry meters) {
        this.meters = meters;
    }

    /** The guards of an endpoint; new ones only when other guards are asked for. */
    public EndpointGuard get(String endpoint, Routing routing, Set<String> arms) {
        EndpointGuard guard = guards.compute(
                endpoint,
                (name, present) ->
                        present != null && present.is(routing, arms) ? present : new EndpointGuard(routing, arms));
        meter(endpoint, routing, arms);
        return guard;
    }

    /** Forgets endpoints that are gone. */
    public void retain(Set<String> endpoints) {
        guards.keySet().retainAll(endpoints);
    }

    /** How an endpoint's guards stand in this process; null when it asks for none. */
    public EndpointGuard.@Nullable State state(String endpoint) {
        EndpointGuard guard = guards.get(endpoint);
        return guard == null || guard.is(Routing.NONE, guard.state().arms().keySet()) ? null : guard.state();
    }

    // Meters ask the table by name: a meter of a guard itself would die with the guard.
    private void meter(String endpoint, Routing routing, Set<String> arms) {
        Tags tags = Tags.of("endpoint", endpoint);
        if (routing.shedding() != null && metered.add("limit:" + endpoint)) {
            gauge(
                    "millrace.serving.shedding.limit",
                    "Requests worked on at once",
                    tags,
                    endpoint,
                    AdaptiveLimit.State::limit);
            gauge(
                    "millrace.serving.shedding.waiting",
                    "Requests that wait",
                    tags,
                    endpoint,
                    AdaptiveLimit.State::waiting);
            FunctionCounter.builder(
                            "millrace.serving.shed", this, table -> table.shedding(endpoint, AdaptiveLimit.State::shed))
                    .description("Requests refused because answers would have come too late")
                    .tags(tags)
                    .register(meters);
        }
        if (routing.cache() != null && metered.add("cache:" + endpoint)) {
            FunctionCounter.builder(
                            "millrace.serving.cache.hits",
                            this,
                            table -> table.cache(endpoint, ResultCache.State::hits))
                    .tags(tags)
                    .register(meters);
            FunctionCounter.builder(
                            "millrace.serving.cache.misses",
                            this,
                            table -> table.cache(endpoint, ResultCache.State::misses))
                    .tags(tags)
                    .register(meters);
        }
        for (String arm : arms) {
            if (routing.breaker() != null && metered.add("breaker:" + endpoint + ":" + arm)) {
                Gauge.builder("millrace.serving.breaker.state", this, table -> table.breaker(endpoint, arm))
                        .description("Circuit breaker of an arm: 0 closed, 1 half open, 2 open")
                        .tags(tags.and("arm", arm))
                        .register(meters);
            }
        }
    }

    private void gauge(
            String name, String description, Tags tags, String endpoint, ToDoubleFunction<AdaptiveLimit.State> value) {
        Gauge.builder(name, this, table -> table.shedding(endpoint, value))
                .description(description)
                .tags(tags)
                .register(meters);
    }

    private double shedding(String endpoint, ToDoubleFunction<AdaptiveLimit.State> value) {
        EndpointGuard guard = guards.get(endpoint);
        AdaptiveLimit limit = guard == null ? null : guard.limit();
        return limit == null ? 0 : value.applyAsDouble(limit.state());
    }

    private double cache(String endpoint, ToDoubleFunction<ResultCache.State> value) {
        EndpointGuard guard = guards.get(endpoint);
        ResultCache cache = guard == null ? null : guard.cache();
        return cache == null ? 0 : value.applyAsDouble(cache.state());
    }

    private double breaker(String endpoint, String arm) {
        EndpointGuard guard = guards.get(endpoint);
        Breaker breaker = guard == null ? null : guard.arm(arm).breaker();
        return breaker == null ? 0 : breaker.state().ordinal();
    }
}
