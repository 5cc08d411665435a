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
    /** Of a visit that is counted by its end handler. */
    private static final long UNCOUNTED = Long.MIN_VALUE;

    private final List<DoorPath> paths;
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
            context.addEndHandler(end -> count(visit));
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
        for (DoorPath each : paths) {
            Optional<List<String>> names = each.match(path);
            if (names.isPresent()) {
                return Optional.of(new Matched(each, names.get()));
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
        refuse(visit, Encodings.tooLarge(maxBody));
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
            try {
                send(visit, call(visit, body, endpoint));
            } catch (RuntimeException e) {
                refuse(visit, e);
            }
            return;
        }
        visit.context
                .vertx()
                .executeBlocking(() -> call(visit, body, small ? endpoint : null), false)
                .onSuccess(answer -> send(visit, answer))
                .onFailure(failure -> refuse(visit, failure));
    }

    /** @param measured the endpoint whose cost this call shows; null: none */
    private DoorAnswer call(Visit visit, byte[] body, @Nullable String measured) {
        long started = System.nanoTime();
        HttpServerRequest http = visit.context.request();
        byte[] plain = Encodings.plain(body, http.getHeader(HttpHeaders.CONTENT_ENCODING), maxBody);
        DoorAnswer answer = compressed(
                http.getHeader(HttpHeaders.ACCEPT_ENCODING),
                visit.matched
                        .path()
                        .call()
                        .answer(new DoorRequest(
                                visit.matched.names(),
                                http.headers(),
                                plain,
                                String.valueOf(RequestId.of(visit.context)))));
        if (measured != null) {
            costs.record(measured, System.nanoTime() - started);
        }
        return answer;
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

    private void send(Visit visit, DoorAnswer answer) {
        HttpServerResponse response = visit.context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, answer.contentType());
        answer.headers().forEach(response::putHeader);
        response.end(Buffer.buffer(answer.body()));
        count(visit);
    }

    private void refuse(Visit visit, Throwable failure) {
        ErrorAnswer.send(visit.context, failure);
        count(visit);
    }

    private void count(Visit visit) {
        if (visit.began != UNCOUNTED) {
            times.record(
                    visit.context.request().method(),
                    visit.matched.path(),
                    visit.context.response().getStatusCode(),
                    System.nanoTime() - visit.began);
        }
    }
}
