package io.millrace.common.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.ErrorDialect;
import io.millrace.common.error.FieldError;
import io.millrace.common.error.PlatformException;
import io.millrace.common.error.Problem;
import io.millrace.common.error.StoreFailure;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.ext.web.RoutingContext;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns every failure of a request into one {@link Problem} and lets the dialect of the path say it. Public because
 * generated classes of another class loader call it. */
public class ErrorMapper {

    private static final Logger LOG = Logger.getLogger(ErrorMapper.class);

    @ServerExceptionMapper
    public Response platform(PlatformException e, RoutingContext context) {
        return answer(context, e.code(), e.detail(), e.errors());
    }

    @ServerExceptionMapper
    public Response unauthorized(UnauthorizedException e, RoutingContext context) {
        return unauthenticated(context);
    }

    @ServerExceptionMapper
    public Response authentication(AuthenticationFailedException e, RoutingContext context) {
        return unauthenticated(context);
    }

    private static Response unauthenticated(RoutingContext context) {
        return answer(
                context,
                ErrorCode.UNAUTHENTICATED,
                "A valid access token is required (Authorization: Bearer …)",
                List.of());
    }

    @ServerExceptionMapper
    public Response forbidden(ForbiddenException e, RoutingContext context) {
        return answer(context, ErrorCode.FORBIDDEN, "The token's roles do not allow this", List.of());
    }

    @ServerExceptionMapper
    public Response validation(ConstraintViolationException e, RoutingContext context) {
        List<FieldError> errors = e.getConstraintViolations().stream()
                .map(v -> new FieldError(pointer(v.getPropertyPath().toString()), v.getMessage()))
                .toList();
        return answer(
                context,
                ErrorCode.INVALID_REQUEST,
                PlatformException.invalid(errors).detail(),
                errors);
    }

    /** Bean validation names {@code method.argument.field}; a caller knows only the field. */
    private static String pointer(String propertyPath) {
        String[] parts = propertyPath.split("\\.");
        int from = Math.min(2, parts.length - 1);
        StringBuilder pointer = new StringBuilder();
        for (int i = from; i < parts.length; i++) {
            pointer.append('/').append(parts[i]);
        }
        return pointer.toString();
    }

    @ServerExceptionMapper
    public Response json(JsonProcessingException e, RoutingContext context) {
        return unreadable(e, context);
    }

    @ServerExceptionMapper
    public Response mapping(com.fasterxml.jackson.databind.exc.MismatchedInputException e, RoutingContext context) {
        return unreadable(e, context);
    }

    private static Response unreadable(JsonProcessingException e, RoutingContext context) {
        PlatformException problem = describe(e);
        return answer(context, problem.code(), problem.detail(), problem.errors());
    }

    /** Says which field of a JSON body is wrong and why, without the words of the parser's classes. */
    public static PlatformException describe(JsonProcessingException e) {
        Integer line = e.getLocation() == null ? null : e.getLocation().getLineNr();
        Integer column = e.getLocation() == null ? null : e.getLocation().getColumnNr();
        String pointer = "";
        String message = "is not valid JSON: " + e.getOriginalMessage();
        if (e instanceof JsonMappingException mapping) {
            pointer = mapping.getPath().stream()
                    .map(r -> "/" + (r.getFieldName() == null ? String.valueOf(r.getIndex()) : r.getFieldName()))
                    .collect(Collectors.joining());
            if (e instanceof UnrecognizedPropertyException unknown) {
                message = "is not a known field; known are "
                        + unknown.getKnownPropertyIds().stream()
                                .map(String::valueOf)
                                .sorted()
                                .collect(Collectors.joining(", "));
            } else if (e instanceof InvalidFormatException format) {
                message = "has the wrong type or form: " + format.getValue() + " is not a "
                        + format.getTargetType().getSimpleName();
            } else if (mapping.getCause() instanceof PlatformException platform) {
                return platform;
            } else {
                message = "has the wrong type or form";
            }
        }
        return PlatformException.invalid(List.of(new FieldError(pointer, message, line, column)));
    }

    @ServerExceptionMapper
    public Response web(WebApplicationException e, RoutingContext context) {
        if (e.getCause() instanceof JsonProcessingException json) {
            return unreadable(json, context);
        }
        int status = e.getResponse().getStatus();
        if (status < 400) {
            return e.getResponse();
        }
        if (status >= 500) {
            return unexpected(e, context);
        }
        return answer(context, code(status), detail(status, e, context), List.of());
    }

    private static ErrorCode code(int status) {
        return switch (status) {
            case 401 -> ErrorCode.UNAUTHENTICATED;
            case 403 -> ErrorCode.FORBIDDEN;
            case 404 -> ErrorCode.ENDPOINT_NOT_FOUND;
            case 405 -> ErrorCode.METHOD_NOT_ALLOWED;
            case 409 -> ErrorCode.CONFLICT;
            case 413 -> ErrorCode.PAYLOAD_TOO_LARGE;
            case 406, 415 -> ErrorCode.UNSUPPORTED_MEDIA_TYPE;
            case 429 -> ErrorCode.TOO_MANY_REQUESTS;
            default -> ErrorCode.INVALID_REQUEST;
        };
    }

    private static String detail(int status, WebApplicationException e, RoutingContext context) {
        return switch (status) {
            case 404 -> "No such path: " + context.normalizedPath();
            case 405 -> context.request().method() + " is not allowed on " + context.normalizedPath();
            case 413 -> "The body is too large";
            case 415 -> "The Content-Type " + context.request().getHeader("Content-Type") + " is not accepted here";
            default -> String.valueOf(e.getMessage());
        };
    }

    @ServerExceptionMapper
    public Response unexpected(Throwable e, RoutingContext context) {
        if (StoreFailure.lostDatabase(e)) {
            LOG.warnf("store unavailable requestId=%s reason=%s", RequestId.of(context), e.getMessage());
            return answer(context, ErrorCode.UNAVAILABLE, "The store cannot be reached, try again shortly", List.of());
        }
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof PlatformException platform) {
                return platform(platform, context);
            }
        }
        LOG.errorf(e, "request failed requestId=%s path=%s", RequestId.of(context), context.normalizedPath());
        return answer(context, ErrorCode.INTERNAL, "Internal error", List.of());
    }

    private static Response answer(RoutingContext context, ErrorCode code, String detail, List<FieldError> errors) {
        String path = context.normalizedPath();
        ErrorDialect dialect = ErrorDialect.of(path);
        Problem problem = new Problem(code, detail, path, RequestId.of(context), errors);
        Response.ResponseBuilder response = Response.status(dialect.status(code))
                .header("Content-Type", dialect.mediaType())
                .entity(dialect.body(problem));
        if (code == ErrorCode.UNAUTHENTICATED) {
            response.header("WWW-Authenticate", "Bearer realm=\"millrace\"");
        }
        if (code.temporary()) {
            response.header("Retry-After", "1");
        }
        return response.build();
    }
}
