package io.millrace.pipeline.run;

import java.util.EnumSet;
import java.util.Set;

/** Where a run stands, and where it can go from there. */
public enum RunState {
    QUEUED,
    RUNNING,
    SUCCEEDED,
    REJECTED,
    HELD,
    FAILED,
    CANCELLED;

    /** Whether nothing happens any more by itself. A held run may be decided. */
    public boolean finished() {
        return this != QUEUED && this != RUNNING;
    }

    /** States that may follow this one. A running run is queued again when its worker shuts down. */
    public Set<RunState> next() {
        return switch (this) {
            case QUEUED -> EnumSet.of(RUNNING, CANCELLED);
            case RUNNING -> EnumSet.of(QUEUED, SUCCEEDED, REJECTED, HELD, FAILED, CANCELLED);
            case HELD -> EnumSet.of(QUEUED, REJECTED);
            case SUCCEEDED, REJECTED, FAILED, CANCELLED -> EnumSet.noneOf(RunState.class);
        };
    }

    /** States that this one may follow. */
    public Set<RunState> previous() {
        Set<RunState> previous = EnumSet.noneOf(RunState.class);
        for (RunState state : values()) {
            if (state.next().contains(this)) {
                previous.add(state);
            }
        }
        return previous;
    }

    /** Whether steps that have not begun never will. */
    boolean abandonsSteps() {
        return this == REJECTED || this == FAILED || this == CANCELLED;
    }
}
