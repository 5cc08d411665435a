package io.millrace.serving.door;

import io.millrace.serving.door.DoorPath.Matched;
import io.millrace.serving.route.RouteTable;
import io.quarkus.arc.All;
import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** The calls behind the doors' paths: which one a path means, where it may run, and what it answers. */
@Singleton
class DoorCalls {

    private static final String OTHER = "";
    private static final int MAX_RECENT = 1000;

    private final List<DoorPath> paths;
    private final ConcurrentHashMap<String, Matched> recent = new ConcurrentHashMap<>();
    private final CallCosts costs;
    private final RouteTable routes;
    private final DoorTimes times;
    private final long inlineBody;
    private final long compressFrom;
    private final long maxBody;

    DoorCalls(
            @All List<FrontDoor> fronts,
            RouteTable routes,
            DoorTimes times,
            DoorConfig config,
            @ConfigProperty(name = "millrace.http.max-body-size", defaultValue = "10M") MemorySize maxBody) {
        this.paths = fronts.stream().flatMap(front -> front.paths().stream()).toList();
        this.routes = routes;
        this.times = times;
        this.costs = new CallCosts(config.inlineBound().toNanos());
        this.inlineBody = config.inlineBody().asLongValue();
        this.compressFrom = config.compressFrom().asLongValue();
        this.maxBody = maxBody.asLongValue();
    }

    /** Bytes a body may have. */
    long maxBody() {
        return maxBody;
    }

    /** @param path normalised */
    Optional<Matched> match(String path) {
        Matched known = recent.get(path);
        if (known != null) {
            return Optional.of(known);
        }
        for (DoorPath each : paths) {
            Optional<List<String>> names = each.match(path);
            if (names.isPresent()) {
                Matched matched = new Matched(each, path, names.get());
                if (recent.size() >= MAX_RECENT) {
                    recent.clear();
                }
                recent.put(path, matched);
                return Optional.of(matched);
            }
        }
        return Optional.empty();
    }

    /** The call of a path that was matched of late; null for any other, and for one that is not normalised. */
    @Nullable
    Matched recent(String path) {
        return recent.get(path);
    }

    /** Whether a body of this size is small. */
    boolean small(long bytes) {
        return bytes <= inlineBody;
    }

    /** Whether a call with a small body is known to be short and to wait for nothing, so that an event loop may make it. */
    boolean quick(Matched matched) {
        String endpoint = endpoint(matched);
        return costs.isShort(endpoint) && !routes.waits(endpoint);
    }

    /** A call with a small body was made, which took so long. */
    void cost(Matched matched, long nanos) {
        costs.record(endpoint(matched), nanos);
    }

    private static String endpoint(Matched matched) {
        String named = matched.endpoint();
        return named == null ? OTHER : named;
    }

    /** A request was answered. */
    void count(HttpMethod method, Matched matched, int status, long nanos) {
        times.record(method, matched.path(), status, nanos);
    }

    /** Makes the call. */
    DoorAnswer answer(Matched matched, MultiMap headers, byte[] body, String requestId) {
        byte[] plain = Encodings.plain(body, headers.get(HttpHeaders.CONTENT_ENCODING), maxBody);
        return compressed(
                headers.get(HttpHeaders.ACCEPT_ENCODING),
                matched.path().call().answer(new DoorRequest(matched.names(), headers, plain, requestId)));
    }

    private DoorAnswer compressed(@Nullable String accept, DoorAnswer answer) {
        if (accept == null || answer.body().length < compressFrom) {
            return answer;
        }
        Optional<String> encoding = Encodings.accepted(accept);
        if (encoding.isEmpty()) {
            return answer;
        }
        try {
            Map<String, String> headers = new HashMap<>(answer.headers());
            headers.put("Content-Encoding", encoding.get());
            headers.put("Vary", "Accept-Encoding");
            return new DoorAnswer(answer.contentType(), headers, Encodings.compress(answer.body(), encoding.get()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
