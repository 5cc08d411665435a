package io.millrace.registry.loggedmodel;

/** A logged model that a run read or made, and at which step. */
public record RunModel(String modelId, Direction direction, long step) {

    /** Seen from the run. */
    public enum Direction {
        INPUT,
        OUTPUT
    }
}
