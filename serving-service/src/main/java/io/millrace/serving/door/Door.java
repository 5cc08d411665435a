package io.millrace.serving.door;

import io.millrace.common.auth.Roles;
import io.millrace.common.auth.TokenGate;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.common.http.BodySize;
import io.millrace.common.http.ErrorAnswer;
import io.millrace.common.http.RequestId;
import io.millrace.serving.door.DoorPath.Matched;
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
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
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

    /** Of a visit that is counted by its end handler. */
    private static final long UNCOUNTED = Long.MIN_VALUE;

    private final DoorCalls calls;
    private final TokenGate tokens;
    private final FastPaths fastPaths;
    private final long maxBody;

    Door(DoorCalls calls, TokenGate tokens, FastPaths fastPaths) {
        this.calls = calls;
        this.tokens = tokens;
        this.fastPaths = fastPaths;
        this.maxBody = calls.maxBody();
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
        } else if (tokens.knows(context.request().getHeader(HttpHeaders.AUTHORIZATION), Roles.PREDICTOR)) {
            fastPaths.offer(context.request());
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
        return calls.match(context.normalizedPath());
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
        boolean small = calls.small(body.length);
        if (small && calls.quick(visit.matched)) {
            long started = System.nanoTime();
            try {
                send(visit, call(visit, body));
            } catch (RuntimeException e) {
                refuse(visit, e);
                return;
            }
            long ended = System.nanoTime();
            calls.cost(visit.matched, ended - started);
            count(visit, ended);
            return;
        }
        visit.context
                .vertx()
                .executeBlocking(() -> measured(visit, body, small), false)
                .onSuccess(answer -> {
                    send(visit, answer);
                    count(visit, System.nanoTime());
                })
                .onFailure(failure -> refuse(visit, failure));
    }

    private DoorAnswer measured(Visit visit, byte[] body, boolean small) {
        long started = System.nanoTime();
        DoorAnswer answer = call(visit, body);
        if (small) {
            calls.cost(visit.matched, System.nanoTime() - started);
        }
        return answer;
    }

    private DoorAnswer call(Visit visit, byte[] body) {
        return calls.answer(
                visit.matched, visit.context.request().headers(), body, String.valueOf(RequestId.of(visit.context)));
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
            calls.count(
                    visit.context.request().method(),
                    visit.matched,
                    visit.context.response().getStatusCode(),
                    ended - visit.began);
        }
    }
}
