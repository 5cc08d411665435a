package io.millrace.cli;

import io.millrace.cli.platform.LocalPlatform;

/**
 * Takes down what a command has started when the command is ended, by Ctrl-C or by a failure, unless it is told to leave it.
 * A platform that ran before is left alone.
 */
final class TakeDown {

    private static final int HEARD_MS = 1000;
    private static final int STEP_MS = 20;

    /** Set once this program ends: what fails from then on fails because its services go away. */
    private static volatile boolean underWay;

    /** Whether this program starts anything at all. */
    private static volatile boolean made;

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
            made = true;
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

    /**
     * Whether this program ends. Ctrl-C reaches what it has started as well, and that may fail before it has been heard of
     * here: so a moment is given to it.
     */
    static boolean underWay() {
        for (int waited = 0; !underWay && made && waited < HEARD_MS; waited += STEP_MS) {
            try {
                Thread.sleep(STEP_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        // A moment is given once: whoever asked tells the failure and ends.
        made = false;
        return underWay;
    }
}
