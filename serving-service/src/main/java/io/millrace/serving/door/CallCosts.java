package io.millrace.serving.door;

import java.util.concurrent.ConcurrentHashMap;

/** How long small requests of each endpoint take of late, in nanoseconds. For any number of threads; races only blur it. */
final class CallCosts {

    private static final int MAX_NAMES = 10_000;

    private final ConcurrentHashMap<String, Cost> costs = new ConcurrentHashMap<>();
    private final long bound;

    /** @param bound nanoseconds up to which a call may be made on an event loop */
    CallCosts(long bound) {
        this.bound = bound;
    }

    private static final class Cost {
        private volatile long nanos;

        Cost(long nanos) {
            this.nanos = nanos;
        }
    }

    /** Whether calls are known to be short. */
    boolean isShort(String endpoint) {
        Cost cost = costs.get(endpoint);
        return cost != null && cost.nanos <= bound;
    }

    /** A slow call counts at once, a fast one bit by bit: a wrong guess holds up everybody on the event loop. */
    void record(String endpoint, long nanos) {
        Cost cost = costs.get(endpoint);
        if (cost == null) {
            if (costs.size() >= MAX_NAMES) {
                costs.clear();
            }
            costs.put(endpoint, new Cost(nanos));
            return;
        }
        long before = cost.nanos;
        cost.nanos = nanos > before ? before + (nanos - before) / 4 : before - (before - nanos) / 16;
    }
}
