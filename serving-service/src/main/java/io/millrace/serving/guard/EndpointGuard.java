package io.millrace.serving.guard;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.serving.policy.Routing;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The guards of one endpoint and its arms. */
public final class EndpointGuard {

    private static final ArmGuard OPEN = new ArmGuard(Routing.NONE, "");

    /** Guards nothing. */
    public static final EndpointGuard NONE = new EndpointGuard(Routing.NONE, Set.of());

    private final Routing routing;
    private final Set<String> armNames;
    private final @Nullable AdaptiveLimit limit;
    private final @Nullable ResultCache cache;
    private final Map<String, ArmGuard> arms = new LinkedHashMap<>();

    EndpointGuard(Routing routing, Set<String> armNames) {
        this.routing = routing;
        this.armNames = Set.copyOf(armNames);
        this.limit = routing.shedding() == null ? null : new AdaptiveLimit(routing.shedding());
        this.cache = routing.cache() == null ? null : new ResultCache(routing.cache());
        armNames.forEach(arm -> arms.put(arm, new ArmGuard(routing, arm)));
    }

    /** Whether it is what a definition asks for, so that its counts and states can stay. */
    boolean is(Routing wanted, Set<String> names) {
        return armNames.equals(names)
                && java.util.Objects.equals(routing.breaker(), wanted.breaker())
                && routing.concurrency().equals(wanted.concurrency())
                && java.util.Objects.equals(routing.shedding(), wanted.shedding())
                && java.util.Objects.equals(routing.cache(), wanted.cache())
                && routing.batching().equals(wanted.batching());
    }

    public @Nullable AdaptiveLimit limit() {
        return limit;
    }

    public @Nullable ResultCache cache() {
        return cache;
    }

    /** Whether a call may wait for others, or is one that people expect to be held up: they bound how many of them there are. */
    public boolean waits() {
        return limit != null || arms.values().stream().anyMatch(arm -> arm.batcher() != null || arm.places() != null);
    }

    public ArmGuard arm(String name) {
        return arms.getOrDefault(name, OPEN);
    }

    /** How everything stands. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record State(
            AdaptiveLimit.@Nullable State shedding,
            ResultCache.@Nullable State cache,
            Map<String, ArmGuard.State> arms) {}

    State state() {
        Map<String, ArmGuard.State> states = new LinkedHashMap<>();
        arms.forEach((name, arm) -> states.put(name, arm.state()));
        return new State(limit == null ? null : limit.state(), cache == null ? null : cache.state(), states);
    }
}
