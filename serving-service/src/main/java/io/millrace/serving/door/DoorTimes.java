package io.millrace.serving.door;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.http.Outcome;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Times the requests for predictions under the name that Quarkus has for all others, {@code http.server.requests}. Quarkus is told to
 * leave them out: it looks up the meter of each request anew by its tags, and names the path as it was sent.
 */
@Singleton
class DoorTimes {

    /** Callers may make up any number of others. */
    private static final Set<HttpMethod> KNOWN = Set.of(
            HttpMethod.POST,
            HttpMethod.GET,
            HttpMethod.HEAD,
            HttpMethod.PUT,
            HttpMethod.PATCH,
            HttpMethod.DELETE,
            HttpMethod.OPTIONS,
            HttpMethod.TRACE,
            HttpMethod.CONNECT);

    private final MeterRegistry registry;
    private final ConcurrentHashMap<Kind, Timer> timers = new ConcurrentHashMap<>();

    DoorTimes(MeterRegistry registry) {
        this.registry = registry;
    }

    private record Kind(String method, String template, int status) {}

    /** A request was answered. */
    void record(HttpMethod method, DoorPath path, int status, long nanos) {
        Kind kind = new Kind(KNOWN.contains(method) ? method.name() : "OTHER", path.template(), status);
        Timer timer = timers.get(kind);
        if (timer == null) {
            timer = timers.computeIfAbsent(kind, this::timer);
        }
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(Kind kind) {
        return Timer.builder("http.server.requests")
                .description("HTTP server request processing time")
                .tags(
                        "method",
                        kind.method,
                        "outcome",
                        Outcome.forStatus(kind.status).name(),
                        "status",
                        Integer.toString(kind.status),
                        "uri",
                        kind.template.replace(DoorPath.ANY, "{name}"))
                .register(registry);
    }
}
