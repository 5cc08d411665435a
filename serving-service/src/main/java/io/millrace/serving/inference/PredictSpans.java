package io.millrace.serving.inference;

import io.millrace.serving.route.ServedArm;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Spans of a prediction below the request's own: {@code check}, {@code model} and {@code log}. They are written when it is
 * over, so that a prediction without tracing pays for one look at a field.
 */
@Singleton
class PredictSpans {

    private final Tracer tracer;
    private final Clock clock;
    private final boolean on;

    PredictSpans(
            Tracer tracer,
            Clock clock,
            @ConfigProperty(name = "quarkus.otel.sdk.disabled", defaultValue = "false") boolean disabled) {
        this.tracer = tracer;
        this.clock = clock;
        this.on = !disabled;
    }

    /** Readings of the nanosecond clock: begun, input checked, model done, answer made. */
    record Times(long started, long checked, long predicted, long done) {}

    boolean on() {
        return on;
    }

    /** Called on the request's thread, right after the prediction was handed to the log. */
    void record(ServedArm arm, int rows, Times times) {
        long nanos = System.nanoTime();
        Instant now = clock.instant();
        span("check", arm, rows, now.minusNanos(nanos - times.started), now.minusNanos(nanos - times.checked));
        span("model", arm, rows, now.minusNanos(nanos - times.checked), now.minusNanos(nanos - times.predicted));
        span("log", arm, rows, now.minusNanos(nanos - times.done), now);
    }

    private void span(String name, ServedArm arm, int rows, Instant start, Instant end) {
        Span span = tracer.spanBuilder(name)
                .setStartTimestamp(start)
                .setAttribute("millrace.arm", arm.name())
                .setAttribute("millrace.model", arm.model().id().model())
                .setAttribute("millrace.version", arm.version())
                .setAttribute("millrace.rows", rows)
                .startSpan();
        span.end(end);
    }
}
