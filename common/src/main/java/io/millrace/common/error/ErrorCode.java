package io.millrace.common.error;

/**
 * Every error that leaves a service. The slug is public and never renamed; the MLflow pair is what an MLflow server answers
 * in the same case, which differs from ours on purpose (it answers 400 where we answer 409).
 */
public enum ErrorCode {
    INVALID_REQUEST("invalid-request", 400, "INVALID_PARAMETER_VALUE", 400),
    UNAUTHENTICATED("unauthenticated", 401, "UNAUTHENTICATED", 401),
    FORBIDDEN("forbidden", 403, "PERMISSION_DENIED", 403),
    NOT_FOUND("not-found", 404, "RESOURCE_DOES_NOT_EXIST", 404),
    ENDPOINT_NOT_FOUND("endpoint-not-found", 404, "ENDPOINT_NOT_FOUND", 404),
    METHOD_NOT_ALLOWED("method-not-allowed", 405, "BAD_REQUEST", 405),
    CONFLICT("conflict", 409, "INVALID_STATE", 400),
    ALREADY_EXISTS("already-exists", 409, "RESOURCE_ALREADY_EXISTS", 400),
    STALE_VERSION("stale-version", 409, "RESOURCE_CONFLICT", 409),
    PAYLOAD_TOO_LARGE("payload-too-large", 413, "REQUEST_LIMIT_EXCEEDED", 413),
    UNSUPPORTED_MEDIA_TYPE("unsupported-media-type", 415, "BAD_REQUEST", 415),
    UNPROCESSABLE("unprocessable", 422, "INVALID_PARAMETER_VALUE", 400),
    TOO_MANY_REQUESTS("too-many-requests", 429, "REQUEST_LIMIT_EXCEEDED", 429),
    INTERNAL("internal", 500, "INTERNAL_ERROR", 500),
    NOT_SUPPORTED("not-supported", 501, "NOT_IMPLEMENTED", 501),
    UPSTREAM_UNAVAILABLE("upstream-unavailable", 503, "TEMPORARILY_UNAVAILABLE", 503),
    UNAVAILABLE("unavailable", 503, "TEMPORARILY_UNAVAILABLE", 503);

    private final String slug;
    private final int status;
    private final String mlflowCode;
    private final int mlflowStatus;

    ErrorCode(String slug, int status, String mlflowCode, int mlflowStatus) {
        this.slug = slug;
        this.status = status;
        this.mlflowCode = mlflowCode;
        this.mlflowStatus = mlflowStatus;
    }

    public String slug() {
        return slug;
    }

    /** HTTP status in the native and the Open Inference dialect. */
    public int status() {
        return status;
    }

    public String mlflowCode() {
        return mlflowCode;
    }

    public int mlflowStatus() {
        return mlflowStatus;
    }

    /** Words for people, made from the slug. */
    public String title() {
        String words = slug.replace('-', ' ');
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    /** Whether trying the same again later may help. */
    public boolean temporary() {
        return status == 503 || status == 429;
    }
}
