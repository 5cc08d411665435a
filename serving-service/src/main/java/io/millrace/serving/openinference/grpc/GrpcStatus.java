package io.millrace.serving.openinference.grpc;

import io.grpc.Status;
import io.millrace.common.error.PlatformException;
import org.jboss.logging.Logger;

/** Says a failure as a status of gRPC. */
final class GrpcStatus {

    private static final Logger LOG = Logger.getLogger(GrpcStatus.class);

    private GrpcStatus() {}

    static Status of(RuntimeException failure) {
        if (!(failure instanceof PlatformException told)) {
            LOG.error("gRPC call failed", failure);
            return Status.INTERNAL.withDescription("Internal error");
        }
        Status status = switch (told.code()) {
            case INVALID_REQUEST, UNPROCESSABLE, UNSUPPORTED_MEDIA_TYPE, METHOD_NOT_ALLOWED -> Status.INVALID_ARGUMENT;
            case UNAUTHENTICATED -> Status.UNAUTHENTICATED;
            case FORBIDDEN -> Status.PERMISSION_DENIED;
            case NOT_FOUND, ENDPOINT_NOT_FOUND -> Status.NOT_FOUND;
            case CONFLICT, STALE_VERSION -> Status.FAILED_PRECONDITION;
            case ALREADY_EXISTS -> Status.ALREADY_EXISTS;
            case PAYLOAD_TOO_LARGE, TOO_MANY_REQUESTS -> Status.RESOURCE_EXHAUSTED;
            case NOT_SUPPORTED -> Status.UNIMPLEMENTED;
            case UPSTREAM_UNAVAILABLE, UNAVAILABLE -> Status.UNAVAILABLE;
            case INTERNAL -> Status.INTERNAL;
        };
        return status.withDescription(told.detail());
    }
}
