package io.millrace.common.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.FieldError;
import io.millrace.common.error.PlatformException;
import io.millrace.common.error.StoreFailure;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.ClientWebApplicationException;
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
        return answer(context, ErrorCode.UNAUTHENTICATED, ErrorAnswer.NO_TOKEN, List.of());
    }

    @ServerExceptionMapper
    public Response forbidden(ForbiddenException e, RoutingContext context) {
        return answer(context, ErrorCode.FORBIDDEN, ErrorAnswer.NOT_ALLOWED, List.of());
    }

    @ServerExceptionMapper
    public Response json(JsonProcessingException e, RoutingContext context) {
        return unreadable(e, context);
    }

    /** Quarkus has a mapper of its own for this class; the nearest class wins. */
    @ServerExceptionMapper
    public Response mapping(MismatchedInputException e, RoutingContext context) {
        return unreadable(e, context);
    }

    private static Response unreadable(JsonProcessingException e, RoutingContext context) {
        PlatformException problem = JsonProblem.describe(e);
        return answer(context, problem.code(), problem.detail(), problem.errors());
    }

    @ServerExceptionMapper
    public Response web(WebApplicationException e, RoutingContext context) {
        if (e.getCause() instanceof JsonProcessingException json) {
            return unreadable(json, context);
        }
        if (e instanceof ClientWebApplicationException) {
            return upstream(e, context);
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

    /** Another service did not answer; a client of it that knows better says so itself. */
    @ServerExceptionMapper
    public Response upstream(ProcessingException e, RoutingContext context) {
        return upstream((Exception) e, context);
    }

    private static Response upstream(Exception e, RoutingContext context) {
        LOG.errorf(e, "call of another service failed requestId=%s", RequestId.of(context));
        return answer(context, ErrorCode.UPSTREAM_UNAVAILABLE, "Another service did not answer as expected", List.of());
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
        return answer(context, ErrorCode.INTERNAL, ErrorAnswer.INTERNAL, List.of());
    }

    private static Response answer(RoutingContext context, ErrorCode code, String detail, List<FieldError> errors) {
        ErrorAnswer answer = ErrorAnswer.of(context, code, detail, errors);
        Response.ResponseBuilder response = Response.status(answer.status()).entity(answer.body());
        answer.headers().forEach(response::header);
        return response.build();
    }
}
