package io.millrace.monitoring.window;

import java.time.Duration;
import java.time.Instant;

/** A tumbling window {@code [start, end)} of event time, aligned to the epoch. */
public record Window(Instant start, Instant end) {

    public Window {
        if (!start.isBefore(end)) {
            throw new IllegalArgumentException("window: start " + start + " is not before end " + end);
        }
    }

    /** The window of {@code width} (whole seconds, at least one) that holds {@code instant}. */
    public static Window containing(Instant instant, Duration width) {
        long seconds = width.toSeconds();
        long start = Math.floorDiv(instant.getEpochSecond(), seconds) * seconds;
        return new Window(Instant.ofEpochSecond(start), Instant.ofEpochSecond(start + seconds));
    }
}
