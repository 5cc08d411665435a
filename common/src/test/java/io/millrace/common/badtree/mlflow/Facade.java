package io.millrace.common.badtree.mlflow;

/** A facade that somebody depends on. */
public final class Facade {

    private Facade() {}

    public static int size() {
        return 1;
    }
}
