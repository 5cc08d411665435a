package io.millrace.runtime.spi;

import org.jspecify.annotations.Nullable;

/** A model that runs elsewhere and did not answer: unreachable, too slow, overloaded, or its answer makes no sense. */
public final class ModelUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ModelUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
