package io.millrace.serving.model;

import io.millrace.runtime.spi.ModelFormatException;

/** The files of a version are not those that were registered and signed. */
final class TamperedException extends ModelFormatException {

    private static final long serialVersionUID = 1L;

    TamperedException(String message) {
        super(message);
    }
}
