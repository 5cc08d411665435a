package io.millrace.runtime.spi;

/** A model folder that cannot be read: missing, corrupted, of an unknown format, or of a kind the format cannot run. */
public final class ModelFormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean tampered;

    public ModelFormatException(String message) {
        super(message);
        this.tampered = false;
    }

    public ModelFormatException(String message, Throwable cause) {
        super(message, cause);
        this.tampered = false;
    }

    private ModelFormatException(String message, boolean tampered) {
        super(message);
        this.tampered = tampered;
    }

    /** The exception for files that are not those that were registered or signed. */
    public static ModelFormatException tampered(String message) {
        return new ModelFormatException(message, true);
    }

    /** Whether the files are not those that were registered or signed. */
    public boolean isTampered() {
        return tampered;
    }
}
