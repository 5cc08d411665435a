package io.millrace.cli.client;

/** A service refused, or could not be reached. */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    public ApiException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** HTTP status; 0 when there was no answer. */
    public int status() {
        return status;
    }
}
