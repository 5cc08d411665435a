package io.millrace.runtime.spi;

/** The files of a model are not those that were registered and signed. */
public final class TamperedModelException extends ModelFormatException {

    private static final long serialVersionUID = 1L;

    public TamperedModelException(String message) {
        super(message);
    }
}
