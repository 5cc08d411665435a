package io.millrace.common.error;

import java.sql.SQLException;
import java.util.List;

/** A statement failed. What the caller can wait for becomes {@link ErrorCode#UNAVAILABLE}, anything else is a bug. */
public final class StoreFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private StoreFailure(String action, SQLException cause) {
        super("cannot " + action + ": " + cause.getMessage(), cause);
    }

    /** The exception to throw; {@code action} completes "cannot …". */
    public static RuntimeException of(String action, SQLException cause) {
        if (lostDatabase(cause)) {
            return new PlatformException(
                    ErrorCode.UNAVAILABLE, "The store cannot be reached, try again shortly", List.of(), cause);
        }
        return new StoreFailure(action, cause);
    }

    /** Whether an exception or one of its causes says that the database is away, starting, stopping or full. */
    public static boolean lostDatabase(Throwable failure) {
        int depth = 0;
        for (Throwable cause = failure; cause != null && depth < 20; cause = cause.getCause(), depth++) {
            if (cause instanceof SQLException sql) {
                String state = sql.getSQLState();
                if (state == null) {
                    // Agroal reports an exhausted pool without a state.
                    String message = sql.getMessage();
                    return message != null && message.contains("Acquisition timeout");
                }
                if (state.startsWith("08") || state.startsWith("57P") || state.startsWith("53")) {
                    return true;
                }
            }
        }
        return false;
    }
}
