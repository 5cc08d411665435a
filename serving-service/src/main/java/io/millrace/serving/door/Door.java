package io.millrace.serving.door;

import io.millrace.common.auth.Roles;
import io.millrace.common.auth.TokenGate;
import io.millrace.common.error.ErrorCode;
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

    /** After the request has its id and its size was looked at, before authentication. */
    private static final int BEFORE_AUTHENTICATION = 890;

    /** After authentication. */
    private static final int AFTER_AUTHENTICATION = 140;

    private static final String OTHER = "";

    private final List<DoorPath> paths;
    private final TokenGate tokens;
    private final CallCosts costs;
    private final RouteTable routes;
    private final long inlineBody;
    private final long compressFrom;
    private final long maxBody;

    Door(
            @All List<FrontDoor> fronts,
            TokenGate tokens,
            RouteTable routes,
            DoorConfig config,
            @ConfigProperty(name = "millrace.http.max-body-size", defaultValue = "10M") MemorySize maxBody) {
        this.paths = fronts.stream().flatMap(front -> front.paths().stream()).toList();
        this.tokens = tokens;
        this.routes = routes;
        this.costs = new CallCosts(config.inlineBound().toNanos());
        this.inlineBody = config.inlineBody().asLongValue();
        this.compressFrom = config.compressFrom().asLongValue();
        this.maxBody = maxBody.asLongValue();
    }

    void register(@Observes Filters filters) {
        filters.register(this::known, BEFORE_AUTHENTICATION);
        filters.register(this::authenticated, AFTER_AUTHENTICATION);
    }

    private void known(RoutingContext context) {
        Optional<Matched> matched = match(context);
        if (matched.isPresent() && tokens.knows(context, Roles.PREDICTOR)) {
            read(context, matched.get());
        } else {
            context.next();
        }
    }

    private void authenticated(RoutingContext context) {
        Optional<Matched> matched = match(context);
        if (matched.isEmpty()) {
            context.next();
        } else if (context.user() instanceof QuarkusHttpUser user
                && user.getSecurityIdentity().hasRole(Roles.PREDICTOR)) {
            read(context, matched.get());
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

    private void read(RoutingContext context, Matched matched) {
        HttpServerRequest request = context.request();
        if (!request.method().equals(HttpMethod.POST)) {
            ErrorAnswer.send(
                    context,
                    ErrorCode.METHOD_NOT_ALLOWED,
                    request.method() + " is not allowed on " + context.normalizedPath());
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
                tooLarge.set(true);
                context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
                ErrorAnswer.send(context, Encodings.tooLarge(maxBody));
            } else {
                body.add(chunk);
            }
        });
        request.exceptionHandler(context::fail);
        request.endHandler(end -> {
            if (!tooLarge.get()) {
                dispatch(context, matched, body.bytes());
            }
        });
        request.resume();
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

    private void dispatch(RoutingContext context, Matched matched, byte[] body) {
        String named = matched.endpoint();
        String endpoint = named == null ? OTHER : named;
        boolean small = body.length <= inlineBody;
        if (small && costs.isShort(endpoint) && !routes.waits(endpoint)) {
            try {
                send(context, call(context, matched, body, endpoint));
            } catch (RuntimeException e) {
                ErrorAnswer.send(context, e);
            }
            return;
        }
        context.vertx()
                .executeBlocking(() -> call(context, matched, body, small ? endpoint : null), false)
                .onSuccess(answer -> send(context, answer))
                .onFailure(failure -> ErrorAnswer.send(context, failure));
    }

    /** @param measured the endpoint whose cost this call shows; null: none */
    private DoorAnswer call(RoutingContext context, Matched matched, byte[] body, @Nullable String measured) {
        long started = System.nanoTime();
        HttpServerRequest http = context.request();
        byte[] plain = Encodings.plain(body, http.getHeader(HttpHeaders.CONTENT_ENCODING), maxBody);
        DoorAnswer answer = compressed(
                http.getHeader(HttpHeaders.ACCEPT_ENCODING),
                matched.path()
                        .call()
                        .answer(new DoorRequest(
                                matched.names(), http.headers(), plain, String.valueOf(RequestId.of(context)))));
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

    private static void send(RoutingContext context, DoorAnswer answer) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, answer.contentType());
        answer.headers().forEach(response::putHeader);
        response.end(Buffer.buffer(answer.body()));
    }
}
