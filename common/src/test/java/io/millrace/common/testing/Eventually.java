package io.millrace.common.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waits for what another thread does. Not a measure of time: the limit only ends a test that would wait for ever. */
public final class Eventually {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long PAUSE_MS = 20;

    private Eventually() {}

    /** Returns as soon as {@code condition} holds; fails, naming {@code what}, if it does not within a minute. */
    public static void holds(String what, Callable<Boolean> condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.call()) {
            if (System.nanoTime() - start > LIMIT.toNanos()) {
                throw new AssertionError("never happened: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
    }
}
