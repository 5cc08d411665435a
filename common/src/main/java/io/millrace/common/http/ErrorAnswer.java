package io.millrace.common.http;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.ErrorDialect;
import io.millrace.common.error.FieldError;
import io.millrace.common.error.PlatformException;
import io.millrace.common.error.Problem;
import io.millrace.common.error.StoreFailure;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.Json;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * An error in the dialect of the request's path: status, headers and body.
 *
 * @param body written as JSON
 */
public record ErrorAnswer(int status, Map<String, String> headers, Map<String, Object> body) {

    private static final Logger LOG = Logger.getLogger(ErrorAnswer.class);

    /** Detail of every answer 401. */
    public static final String NO_TOKEN = "A valid access token is required (Authorization: Bearer …)";

    static final String NOT_ALLOWED = "The token's roles do not allow this";
    static final String INTERNAL = "Internal error";

    private static final String RETRY_SECONDS = "1";

    static ErrorAnswer of(RoutingContext context, ErrorCode code, String detail, List<FieldError> errors) {
        String path = path(context);
        ErrorDialect dialect = ErrorDialect.of(path);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", dialect.mediaType());
        if (code == ErrorCode.UNAUTHENTICATED) {
            headers.put("WWW-Authenticate", "Bearer realm=\"millrace\"");
        }
        if (code.temporary()) {
            headers.put("Retry-After", RETRY_SECONDS);
        }
        Problem problem = new Problem(code, detail, path, RequestId.of(context), errors);
        return new ErrorAnswer(dialect.status(code), headers, dialect.body(problem));
    }

    /** Ends a request whose handler, no resource, failed. What is not the caller's fault is logged. */
    public static void send(RoutingContext context, Throwable failure) {
        if (failure instanceof PlatformException told) {
            send(context, told.code(), told.detail(), told.errors());
        } else if (StoreFailure.lostDatabase(failure)) {
            send(context, ErrorCode.UNAVAILABLE, "The store cannot be reached, try again shortly");
        } else {
            LOG.errorf(failure, "request failed requestId=%s path=%s", RequestId.of(context), path(context));
            send(context, ErrorCode.INTERNAL, INTERNAL);
        }
    }

    /** Ends a request that no resource handles. */
    public static void send(RoutingContext context, ErrorCode code, String detail) {
        send(context, code, detail, List.of());
    }

    private static void send(RoutingContext context, ErrorCode code, String detail, List<FieldError> errors) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.headWritten()) {
            return;
        }
        ErrorAnswer answer = of(context, code, detail, errors);
        answer.headers.forEach(response::putHeader);
        response.setStatusCode(answer.status).end(Json.encode(answer.body));
    }

    /** The path without dots and escapes, or as it came when it cannot be read. */
    static String path(RoutingContext context) {
        try {
            return context.normalizedPath();
        } catch (IllegalArgumentException e) {
            return String.valueOf(context.request().path());
        }
    }
}
