package io.millrace.common.http;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.ErrorDialect;
import io.millrace.common.error.Problem;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.Json;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import org.jboss.logging.MDC;

/** What every request passes before it is routed, and what answers when no route takes it. */
@ApplicationScoped
class HttpFilters {

    private static final int FIRST = 1000;

    private final HttpConfig config;

    HttpFilters(HttpConfig config) {
        this.config = config;
    }

    void register(@Observes Filters filters) {
        filters.register(this::enter, FIRST);
    }

    void registerFallback(@Observes Router router) {
        router.route().last().handler(HttpFilters::notFound);
    }

    private void enter(RoutingContext context) {
        String requestId = RequestId.assign(context);
        MDC.put("requestId", requestId);
        HttpServerResponse response = context.response();
        response.putHeader(RequestId.HEADER, requestId);
        response.putHeader("X-Content-Type-Options", "nosniff");
        response.putHeader("X-Frame-Options", "DENY");
        response.putHeader("Referrer-Policy", "no-referrer");
        response.putHeader("Cache-Control", "no-store");
        response.putHeader(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        if (tooLarge(context)) {
            String detail = "The body is larger than " + config.maxBodySize().asLongValue() + " bytes";
            answer(context, ErrorCode.PAYLOAD_TOO_LARGE, detail);
            return;
        }
        context.next();
    }

    private boolean tooLarge(RoutingContext context) {
        String length = context.request().getHeader("Content-Length");
        if (length == null || length.length() < 4) {
            return false;
        }
        String path = context.normalizedPath();
        boolean streamed = config.streamedPaths().orElse(List.of()).stream().anyMatch(path::startsWith);
        try {
            return !streamed && Long.parseLong(length) > config.maxBodySize().asLongValue();
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static void notFound(RoutingContext context) {
        if (!context.response().ended()) {
            answer(context, ErrorCode.ENDPOINT_NOT_FOUND, "No such path: " + context.normalizedPath());
        }
    }

    private static void answer(RoutingContext context, ErrorCode code, String detail) {
        String path = context.normalizedPath();
        ErrorDialect dialect = ErrorDialect.of(path);
        Problem problem = new Problem(code, detail, path, RequestId.of(context), List.of());
        context.response()
                .setStatusCode(dialect.status(code))
                .putHeader("Content-Type", dialect.mediaType())
                .end(Json.encode(dialect.body(problem)));
    }
}
