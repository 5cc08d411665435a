package io.millrace.runtime.spi;

/** A model folder that cannot be read: missing, corrupted, of an unknown format, or of a kind the format cannot run. */
public class ModelFormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ModelFormatException(String message) {
        super(message);
    }

    public ModelFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
