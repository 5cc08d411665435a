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
import org.jspecify.annotations.Nullable;

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
        return of(path(context), RequestId.of(context), code, detail, errors);
    }

    private static ErrorAnswer of(
            String path, @Nullable String requestId, ErrorCode code, String detail, List<FieldError> errors) {
        ErrorDialect dialect = ErrorDialect.of(path);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", dialect.mediaType());
        if (code == ErrorCode.UNAUTHENTICATED) {
            headers.put("WWW-Authenticate", "Bearer realm=\"millrace\"");
        }
        if (code.temporary()) {
            headers.put("Retry-After", RETRY_SECONDS);
        }
        Problem problem = new Problem(code, detail, path, requestId, errors);
        return new ErrorAnswer(dialect.status(code), headers, dialect.body(problem));
    }

    /**
     * What is said of a failure. What is not the caller's fault is logged.
     *
     * @param path normalised
     */
    public static ErrorAnswer of(String path, @Nullable String requestId, Throwable failure) {
        if (failure instanceof PlatformException told) {
            return of(path, requestId, told.code(), told.detail(), told.errors());
        }
        if (StoreFailure.lostDatabase(failure)) {
            return of(
                    path,
                    requestId,
                    ErrorCode.UNAVAILABLE,
                    "The store cannot be reached, try again shortly",
                    List.of());
        }
        LOG.errorf(failure, "request failed requestId=%s path=%s", requestId, path);
        return of(path, requestId, ErrorCode.INTERNAL, INTERNAL, List.of());
    }

    /** Ends a request whose handler, no resource, failed. What is not the caller's fault is logged. */
    public static void send(RoutingContext context, Throwable failure) {
        send(context, of(path(context), RequestId.of(context), failure));
    }

    /** Ends a request that no resource handles. */
    public static void send(RoutingContext context, ErrorCode code, String detail) {
        send(context, of(context, code, detail, List.of()));
    }

    private static void send(RoutingContext context, ErrorAnswer answer) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.headWritten()) {
            return;
        }
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
