package io.millrace.serving.guard;

import io.millrace.serving.policy.Routing.BreakerPolicy;
import java.util.BitSet;

/**
 * The circuit breaker of one arm. Closed, it lets calls through and counts the last ones; when too many failed it opens and
 * lets none through for a while; then it is half open and lets a few through, which decide. For any number of threads.
 */
public final class Breaker {

    /** What {@link #enter} gives when the call must not be made. */
    public static final int REFUSED = -1;

    /** How it stands. */
    public enum State {
        CLOSED,
        HALF_OPEN,
        OPEN
    }

    private final BreakerPolicy policy;
    private State state = State.CLOSED;
    /** The last calls: set where one failed. */
    private final BitSet failures = new BitSet();

    private int calls;
    private int next;
    private long openedAt;
    private int trialsRunning;
    private int trialsPassed;
    /** Grows with every change of state, so that a call begun before one counts no more. */
    private int generation;

    private long opened;

    Breaker(BreakerPolicy policy) {
        this.policy = policy;
    }

    /**
     * Asks to make a call.
     *
     * @param now {@link System#nanoTime}
     * @return a ticket to hand to {@link #leave} or {@link #cancel}, or {@link #REFUSED}
     */
    public synchronized int enter(long now) {
        if (state == State.OPEN) {
            if (now - openedAt < policy.openMs() * 1_000_000L) {
                return REFUSED;
            }
            change(State.HALF_OPEN);
        }
        if (state == State.HALF_OPEN) {
            if (trialsRunning + trialsPassed >= policy.trials()) {
                return REFUSED;
            }
            trialsRunning++;
        }
        return generation;
    }

    /** The call of the ticket ended. */
    public synchronized void leave(int ticket, boolean failed, long now) {
        if (ticket != generation) {
            return;
        }
        if (state == State.HALF_OPEN) {
            trialsRunning--;
            if (failed) {
                open(now);
            } else if (++trialsPassed >= policy.trials()) {
                change(State.CLOSED);
            }
            return;
        }
        failures.set(next, failed);
        next = (next + 1) % policy.window();
        calls = Math.min(calls + 1, policy.window());
        if (failed && calls >= policy.minimum() && failures.cardinality() >= policy.errorRate() * calls) {
            open(now);
        }
    }

    /** The call of the ticket was not made after all, or says nothing about the arm. */
    public synchronized void cancel(int ticket) {
        if (ticket == generation && state == State.HALF_OPEN) {
            trialsRunning--;
        }
    }

    private void open(long now) {
        change(State.OPEN);
        openedAt = now;
        opened++;
    }

    private void change(State to) {
        state = to;
        generation = generation == Integer.MAX_VALUE ? 0 : generation + 1;
        failures.clear();
        calls = 0;
        next = 0;
        trialsRunning = 0;
        trialsPassed = 0;
    }

    /** How it stands; an open one whose time is over is still open until the next call. */
    public synchronized State state() {
        return state;
    }

    /** How often it opened. */
    synchronized long opened() {
        return opened;
    }
}
