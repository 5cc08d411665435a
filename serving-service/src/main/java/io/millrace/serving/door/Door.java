package io.millrace.serving.door;

import io.millrace.common.auth.Roles;
import io.millrace.common.auth.TokenGate;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.common.http.BodySize;
import io.millrace.common.http.ErrorAnswer;
import io.millrace.common.http.RequestId;
import io.millrace.serving.door.DoorPath.Matched;
import io.millrace.serving.route.RouteTable;
import io.quarkus.arc.All;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Takes requests for predictions in and writes their answers. A caller whose token is in memory goes through at once; anybody
 * else meets the ordinary authentication first. Short calls that wait for nothing are made on the event loop, others on worker
 * threads.
 */
@ApplicationScoped
class Door {

    /** After the request has its id and the access log has seen it, before anything that these paths do not need. */
    private static final int BEFORE_AUTHENTICATION = 910;

    /** After authentication. */
    private static final int AFTER_AUTHENTICATION = 140;

    private static final String OTHER = "";
    private static final int MAX_RECENT = 1000;
    /** Of a visit that is counted by its end handler. */
    private static final long UNCOUNTED = Long.MIN_VALUE;

    private final List<DoorPath> paths;
    private final ConcurrentHashMap<String, Matched> recent = new ConcurrentHashMap<>();
    private final TokenGate tokens;
    private final CallCosts costs;
    private final RouteTable routes;
    private final DoorTimes times;
    private final long inlineBody;
    private final long compressFrom;
    private final long maxBody;

    Door(
            @All List<FrontDoor> fronts,
            TokenGate tokens,
            RouteTable routes,
            DoorTimes times,
            DoorConfig config,
            @ConfigProperty(name = "millrace.http.max-body-size", defaultValue = "10M") MemorySize maxBody) {
        this.paths = fronts.stream().flatMap(front -> front.paths().stream()).toList();
        this.tokens = tokens;
        this.routes = routes;
        this.times = times;
        this.costs = new CallCosts(config.inlineBound().toNanos());
        this.inlineBody = config.inlineBody().asLongValue();
        this.compressFrom = config.compressFrom().asLongValue();
        this.maxBody = maxBody.asLongValue();
    }

    void register(@Observes Filters filters) {
        filters.register(this::known, BEFORE_AUTHENTICATION);
        filters.register(this::authenticated, AFTER_AUTHENTICATION);
    }

    /** A request to one of the paths. */
    private record Visit(RoutingContext context, Matched matched, long began) {}

    private void known(RoutingContext context) {
        Optional<Matched> matched = match(context);
        if (matched.isEmpty()) {
            context.next();
        } else if (tokens.knows(context, Roles.PREDICTOR)) {
            read(new Visit(context, matched.get(), System.nanoTime()));
        } else {
            // Whoever ends it, it is counted.
            Visit visit = new Visit(context, matched.get(), System.nanoTime());
            context.addEndHandler(end -> count(visit, System.nanoTime()));
            context.next();
        }
    }

    private void authenticated(RoutingContext context) {
        Optional<Matched> matched = match(context);
        if (matched.isEmpty()) {
            context.next();
        } else if (context.user() instanceof QuarkusHttpUser user
                && user.getSecurityIdentity().hasRole(Roles.PREDICTOR)) {
            read(new Visit(context, matched.get(), UNCOUNTED));
        } else {
            ErrorAnswer.send(context, ErrorCode.FORBIDDEN, "The token's roles do not allow this");
        }
    }

    private Optional<Matched> match(RoutingContext context) {
        String path = context.normalizedPath();
        Matched known = recent.get(path);
        if (known != null) {
            return Optional.of(known);
        }
        for (DoorPath each : paths) {
            Optional<List<String>> names = each.match(path);
            if (names.isPresent()) {
                Matched matched = new Matched(each, names.get());
                if (recent.size() >= MAX_RECENT) {
                    recent.clear();
                }
                recent.put(path, matched);
                return Optional.of(matched);
            }
        }
        return Optional.empty();
    }

    private void read(Visit visit) {
        RoutingContext context = visit.context;
        HttpServerRequest request = context.request();
        if (!request.method().equals(HttpMethod.POST)) {
            refuse(
                    visit,
                    new PlatformException(
                            ErrorCode.METHOD_NOT_ALLOWED,
                            request.method() + " is not allowed on " + context.normalizedPath()));
            return;
        }
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            context.response().writeContinue();
        }
        Body body = new Body();
        AtomicBoolean tooLarge = new AtomicBoolean();
        request.handler(chunk -> {
            if (tooLarge.get()) {
                return;
            }
            if (body.length() + chunk.length() > maxBody) {
                tooLarge(visit, tooLarge);
            } else {
                body.add(chunk);
            }
        });
        request.exceptionHandler(context::fail);
        request.endHandler(end -> {
            if (!tooLarge.get()) {
                dispatch(visit, body.bytes());
            }
        });
        if (BodySize.declared(request) > maxBody) {
            tooLarge(visit, tooLarge);
        }
        request.resume();
    }

    /** The rest of the body is read away, else the caller meets a reset connection in place of the answer. */
    private void tooLarge(Visit visit, AtomicBoolean tooLarge) {
        tooLarge.set(true);
        visit.context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        refuse(visit, BodySize.tooLarge(maxBody));
    }

    /** What came of a body so far. Most come in one piece, which is copied but once. */
    private static final class Body {

        private @Nullable Buffer first;
        private @Nullable Buffer all;

        long length() {
            return all != null ? all.length() : first != null ? first.length() : 0;
        }

        void add(Buffer chunk) {
            if (first == null) {
                first = chunk;
            } else if (all == null) {
                all = Buffer.buffer(first.length() + chunk.length())
                        .appendBuffer(first)
                        .appendBuffer(chunk);
            } else {
                all.appendBuffer(chunk);
            }
        }

        byte[] bytes() {
            return all != null ? all.getBytes() : first != null ? first.getBytes() : new byte[0];
        }
    }

    private void dispatch(Visit visit, byte[] body) {
        String named = visit.matched.endpoint();
        String endpoint = named == null ? OTHER : named;
        boolean small = body.length <= inlineBody;
        if (small && costs.isShort(endpoint) && !routes.waits(endpoint)) {
            long started = System.nanoTime();
            try {
                send(visit, call(visit, body));
            } catch (RuntimeException e) {
                refuse(visit, e);
                return;
            }
            long ended = System.nanoTime();
            costs.record(endpoint, ended - started);
            count(visit, ended);
            return;
        }
        visit.context
                .vertx()
                .executeBlocking(() -> measured(visit, body, small ? endpoint : null), false)
                .onSuccess(answer -> {
                    send(visit, answer);
                    count(visit, System.nanoTime());
                })
                .onFailure(failure -> refuse(visit, failure));
    }

    /** @param endpoint the one whose cost this call shows; null: none */
    private DoorAnswer measured(Visit visit, byte[] body, @Nullable String endpoint) {
        long started = System.nanoTime();
        DoorAnswer answer = call(visit, body);
        if (endpoint != null) {
            costs.record(endpoint, System.nanoTime() - started);
        }
        return answer;
    }

    private DoorAnswer call(Visit visit, byte[] body) {
        HttpServerRequest http = visit.context.request();
        byte[] plain = Encodings.plain(body, http.getHeader(HttpHeaders.CONTENT_ENCODING), maxBody);
        return compressed(
                http.getHeader(HttpHeaders.ACCEPT_ENCODING),
                visit.matched
                        .path()
                        .call()
                        .answer(new DoorRequest(
                                visit.matched.names(),
                                http.headers(),
                                plain,
                                String.valueOf(RequestId.of(visit.context)))));
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

    private static void send(Visit visit, DoorAnswer answer) {
        HttpServerResponse response = visit.context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, answer.contentType());
        if (!answer.headers().isEmpty()) {
            answer.headers().forEach(response::putHeader);
        }
        response.end(Buffer.buffer(answer.body()));
    }

    private void refuse(Visit visit, Throwable failure) {
        ErrorAnswer.send(visit.context, failure);
        count(visit, System.nanoTime());
    }

    private void count(Visit visit, long ended) {
        if (visit.began != UNCOUNTED) {
            times.record(
                    visit.context.request().method(),
                    visit.matched.path(),
                    visit.context.response().getStatusCode(),
                    ended - visit.began);
        }
    }
}
