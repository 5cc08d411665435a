package io.millrace.common.error;

import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/** A statement failed. What the caller can wait for becomes {@link ErrorCode#UNAVAILABLE}, anything else is a bug. */
public final class StoreFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** PostgreSQL keeps every character but U+0000. */
    private static final String NOT_STORABLE = "22021";

    private StoreFailure(String action, SQLException cause) {
        super("cannot " + action + ": " + cause.getMessage(), cause);
    }

    /** The exception to throw; {@code action} completes "cannot …". */
    public static RuntimeException of(String action, SQLException cause) {
        if (lostDatabase(cause)) {
            return new PlatformException(
                    ErrorCode.UNAVAILABLE, "The store cannot be reached, try again shortly", List.of(), cause);
        }
        if (NOT_STORABLE.equals(cause.getSQLState())) {
            return new PlatformException(
                    ErrorCode.INVALID_REQUEST,
                    "A text holds a character that cannot be stored (NUL)",
                    List.of(),
                    cause);
        }
        return new StoreFailure(action, cause);
    }

    /** Whether an exception or one of its causes says that the database is away, starting, stopping, full, or refuses us. */
    public static boolean lostDatabase(Throwable failure) {
        int depth = 0;
        for (Throwable cause = failure; cause != null && depth < 20; cause = cause.getCause(), depth++) {
            if (cause instanceof SQLException sql) {
                String state = sql.getSQLState();
                if (state == null ? poolExhausted(sql) : gone(state)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Connection lost (08), login refused (28), stopping or starting (57P), out of connections, memory or disk (53). */
    private static boolean gone(String state) {
        return state.startsWith("08") || state.startsWith("28") || state.startsWith("57P") || state.startsWith("53");
    }

    /** Agroal says so without a state, in more than one wording. */
    private static boolean poolExhausted(SQLException e) {
        String message = e.getMessage();
        return message != null && message.toLowerCase(Locale.ROOT).contains("acquisition timeout");
    }
}
