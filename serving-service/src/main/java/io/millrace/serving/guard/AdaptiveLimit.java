package io.millrace.serving.guard;

import io.millrace.serving.policy.Routing.Shedding;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many requests of an endpoint are worked on at once, learnt from how long they take: a step up while answers are within
 * the target and the limit is in use, down in proportion when they are not (at most to half). A bounded number may wait, in
 * order and for a bounded time; the others are refused at once, which costs almost nothing. For any number of threads.
 */
public final class AdaptiveLimit {

    private static final int LEAST_SAMPLES = 10;

    private final Shedding policy;
    private final double targetNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition free = lock.newCondition();
    private double limit;
    private int inFlight;
    private int waiting;
    /** Places given to waiters that have not woken up yet. */
    private int handed;

    private long shed;
    private int samples;
    private double nanos;
    private int peak;

    AdaptiveLimit(Shedding policy) {
        this.policy = policy;
        this.targetNanos = policy.targetMs() * 1e6;
        this.limit = Math.max(policy.minimum(), Math.min(policy.maximum(), 20));
    }

    /**
     * Asks to work on a request; after true, {@link #leave} must follow.
     *
     * @param mayWait false on a thread that must not be held up
     */
    public boolean enter(boolean mayWait) {
        lock.lock();
        try {
            if (waiting == 0 && inFlight < (int) limit) {
                return taken();
            }
            if (!mayWait || waiting >= policy.queue()) {
                shed++;
                return false;
            }
            waiting++;
            return waited();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a place that {@link #hand} gives; whoever gives it has counted the waiter as in. */
    private boolean waited() {
        long left = TimeUnit.MILLISECONDS.toNanos(policy.queueMs());
        while (handed == 0 && left > 0) {
            try {
                left = free.awaitNanos(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                left = 0;
            }
        }
        if (handed > 0) {
            handed--;
            return true;
        }
        waiting--;
        shed++;
        return false;
    }

    private void hand() {
        while (waiting > 0 && inFlight < (int) limit) {
            waiting--;
            handed++;
            taken();
            free.signal();
        }
    }

    private boolean taken() {
        inFlight++;
        peak = Math.max(peak, inFlight);
        return true;
    }

    /** The work ended after {@code took} nanoseconds, waiting not counted. */
    public void leave(long took) {
        lock.lock();
        try {
            inFlight--;
            samples++;
            nanos += took;
            if (samples >= Math.max(LEAST_SAMPLES, (int) limit)) {
                adjust(nanos / samples);
                samples = 0;
                nanos = 0;
                peak = inFlight;
            }
            hand();
        } finally {
            lock.unlock();
        }
    }

    private void adjust(double mean) {
        if (mean > targetNanos) {
            limit = Math.max(policy.minimum(), limit * Math.max(0.5, targetNanos / mean));
        } else if (peak >= (int) limit) {
            limit = Math.min(policy.maximum(), limit + Math.max(1, Math.sqrt(limit) / 2));
        }
    }

    /**
     * How it stands.
     *
     * @param limit requests at once
     * @param shed requests refused since it was made
     */
    public record State(int limit, int inFlight, int waiting, long shed) {}

    State state() {
        lock.lock();
        try {
            return new State((int) limit, inFlight, waiting, shed);
        } finally {
            lock.unlock();
        }
    }
}
