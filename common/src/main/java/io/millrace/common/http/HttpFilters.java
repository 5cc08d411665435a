package io.millrace.common.http;

import io.millrace.common.error.ErrorCode;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/** What every request passes before it is routed, and what answers when no route takes it or one breaks down. */
@ApplicationScoped
class HttpFilters {

    private static final Logger LOG = Logger.getLogger(HttpFilters.class);
    private static final int FIRST = 1000;

    /** A service may put handlers of its own between the two. */
    private static final int SECOND = 800;

    /** After Quarkus has set its own limit. */
    private static final int LAST = 1;

    /** Quarkus counts too, but answers without a body; so {@link BodyLimit} must be the first to see too much. */
    private static final long SLACK = 1 << 20;

    private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized(RequestId.HEADER);

    private final List<String> streamedPaths;
    private final long maxStreamed;
    private final long maxBody;

    HttpFilters(HttpConfig config) {
        this.streamedPaths = config.streamedPaths().orElse(List.of());
        this.maxStreamed = config.maxStreamedSize().asLongValue();
        this.maxBody = config.maxBodySize().asLongValue();
    }

    void register(@Observes Filters filters) {
        filters.register(HttpFilters::enter, FIRST);
        filters.register(this::limit, SECOND);
        filters.register(this::limitChunks, LAST);
    }

    void registerFallback(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).failureHandler(HttpFilters::failed);
        router.route().last().handler(HttpFilters::notFound);
    }

    private static void enter(RoutingContext context) {
        String requestId = RequestId.assign(context);
        MDC.put("requestId", requestId);
        // Nothing was there before, so nothing has to be looked for and replaced.
        MultiMap headers = context.response().headers();
        headers.add(REQUEST_ID, requestId);
        SecurityHeaders.give(ErrorAnswer.path(context), headers::add);
        context.next();
    }

    private void limit(RoutingContext context) {
        if (BodySize.declared(context.request()) > limitOf(context)) {
            // The rest of the body is read away, else the caller meets a reset connection in place of the answer.
            context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            context.request().resume();
            ErrorAnswer.send(context, BodySize.tooLarge(limitOf(context)));
            return;
        }
        context.next();
    }

    private void limitChunks(RoutingContext context) {
        if (BodySize.declared(context.request()) < 0) {
            context.put(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY, limitOf(context) + SLACK);
        }
        context.next();
    }

    /** Bytes a body may have. */
    long limitOf(RoutingContext context) {
        String path = ErrorAnswer.path(context);
        for (String streamed : streamedPaths) {
            if (path.startsWith(streamed)) {
                return maxStreamed;
            }
        }
        return maxBody;
    }

    private static void notFound(RoutingContext context) {
        ErrorAnswer.send(context, ErrorCode.ENDPOINT_NOT_FOUND, "No such path: " + ErrorAnswer.path(context));
    }

    /** What failed outside of a resource. */
    private static void failed(RoutingContext context) {
        Throwable failure = context.failure();
        if (failure instanceof AuthenticationFailedException || failure instanceof UnauthorizedException) {
            ErrorAnswer.send(context, ErrorCode.UNAUTHENTICATED, ErrorAnswer.NO_TOKEN);
        } else if (failure instanceof ForbiddenException) {
            ErrorAnswer.send(context, ErrorCode.FORBIDDEN, ErrorAnswer.NOT_ALLOWED);
        } else if (context.statusCode() == 413) {
            ErrorAnswer.send(context, ErrorCode.PAYLOAD_TOO_LARGE, "The body is too large");
        } else if (context.statusCode() >= 400 && context.statusCode() < 500) {
            ErrorAnswer.send(context, ErrorCode.INVALID_REQUEST, "The request is malformed");
        } else if (context.response().headWritten()) {
            context.next();
        } else {
            LOG.errorf(
                    failure, "request failed requestId=%s path=%s", RequestId.of(context), ErrorAnswer.path(context));
            ErrorAnswer.send(context, ErrorCode.INTERNAL, ErrorAnswer.INTERNAL);
        }
    }
}
