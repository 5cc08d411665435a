package io.millrace.serving.guard;

import io.millrace.serving.policy.Routing;
import io.millrace.serving.policy.Routing.Batching;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** The guards of one arm; each is null when it is not asked for. */
public final class ArmGuard {

    private final @Nullable Breaker breaker;
    private final @Nullable Semaphore places;
    private final int limit;
    private final @Nullable MicroBatcher batcher;

    ArmGuard(Routing routing, String arm) {
        this.breaker = routing.breaker() == null ? null : new Breaker(routing.breaker());
        Integer most = routing.concurrency().get(arm);
        this.limit = most == null ? 0 : most;
        this.places = most == null ? null : new Semaphore(most);
        Batching batching = routing.batching().get(arm);
        this.batcher = batching == null ? null : new MicroBatcher(batching);
    }

    public @Nullable Breaker breaker() {
        return breaker;
    }

    /** One permit for each request that may be in the model at once. */
    public @Nullable Semaphore places() {
        return places;
    }

    public @Nullable MicroBatcher batcher() {
        return batcher;
    }

    /**
     * How it stands.
     *
     * @param breaker CLOSED, HALF_OPEN or OPEN; null without one
     * @param opened how often the breaker opened
     * @param inFlight requests in the model now; null without a limit
     */
    public record State(
            Breaker.@Nullable State breaker,
            @Nullable Long opened,
            @Nullable Integer limit,
            @Nullable Integer inFlight,
            MicroBatcher.@Nullable State batching) {}

    State state() {
        return new State(
                breaker == null ? null : breaker.state(),
                breaker == null ? null : Long.valueOf(breaker.opened()),
                places == null ? null : Integer.valueOf(limit),
                places == null ? null : Integer.valueOf(limit - places.availablePermits()),
                batcher == null ? null : batcher.state());
    }
}
