package io.millrace.cli;

import io.millrace.cli.platform.LocalPlatform;

/**
 * Takes down what a command has started when the command is ended, by Ctrl-C or by a failure, unless it is told to leave it.
 * A platform that ran before is left alone.
 */
final class TakeDown {

    /** Set once this program ends: what fails from then on fails because its services go away. */
    private static volatile boolean underWay;

    private final Thread hook;
    private boolean armed;

    private TakeDown(LocalPlatform platform) {
        this.hook = new Thread(() -> {
            underWay = true;
            platform.down();
            // What PostgreSQL's first start had under way when it was interrupted.
            ProcessHandle.current().descendants().forEach(ProcessHandle::destroy);
        });
    }

    /** To be made before anything is started. */
    static TakeDown of(LocalPlatform platform) {
        TakeDown takeDown = new TakeDown(platform);
        if (!platform.anyRunning()) {
            Runtime.getRuntime().addShutdownHook(takeDown.hook);
            takeDown.armed = true;
        }
        return takeDown;
    }

    /** Whether this command has started the platform, and will take it down. */
    boolean armed() {
        return armed;
    }

    /** Leaves running what runs. */
    void cancel() {
        if (armed) {
            Runtime.getRuntime().removeShutdownHook(hook);
            armed = false;
        }
    }

    static boolean underWay() {
        return underWay;
    }
}
