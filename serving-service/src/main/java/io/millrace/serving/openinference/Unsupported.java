package io.millrace.serving.openinference;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;

/** What Triton's clients can ask for and this server does not do, over either protocol. */
public enum Unsupported {
    SHARED_MEMORY("shared memory is not supported: send tensors in the request, in binary form when they are large"),
    TRACING("trace settings are not supported: spans are sent as the service's own OpenTelemetry settings say"),
    LOGGING("log settings are not supported: levels are set by the service's configuration, quarkus.log.*");

    private final String text;

    Unsupported(String text) {
        this.text = text;
    }

    /** NOT_SUPPORTED, saying what to do instead. */
    public PlatformException refusal() {
        return new PlatformException(ErrorCode.NOT_SUPPORTED, text);
    }
}
