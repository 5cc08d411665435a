package io.millrace.benchmarks.process;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** Ends what was started. */
public final class Processes {

    private static final long STOP_SECONDS = 20;

    private Processes() {}

    /** Ends a process, and those that it has started: asks first, insists after a while. */
    public static void end(Process process) {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroy);
    }
}
