package io.millrace.common.http;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** What a request says about the size of its body, and what it is told when that is too much. */
public final class BodySize {

    private BodySize() {}

    /** Bytes the body has as its sender says; negative when it does not say. */
    public static long declared(HttpServerRequest request) {
        return declared(request.headers());
    }

    /** As {@link #declared(HttpServerRequest)}, of the request's headers. */
    public static long declared(MultiMap headers) {
        String length = headers.get(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? -1 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** The refusal of a body of more than {@code limit} bytes. */
    public static PlatformException tooLarge(long limit) {
        return new PlatformException(
                ErrorCode.PAYLOAD_TOO_LARGE, "The body is too large: at most " + limit + " bytes are accepted here");
    }
}
