package io.millrace.common.error;

import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A statement failed. What the caller can wait for becomes {@link ErrorCode#UNAVAILABLE}, anything else is a bug. */
public final class StoreFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final int DEEPEST = 20;

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

    /**
     * Whether an exception or what it was caused by says that the database is away, starting, stopping, full, or refuses us.
     * A commit that fails has no cause; the transaction manager adds it as suppressed.
     */
    public static boolean lostDatabase(Throwable failure) {
        return lostDatabase(failure, DEEPEST);
    }

    private static boolean lostDatabase(Throwable failure, int deeper) {
        if (failure instanceof SQLException sql && lost(sql)) {
            return true;
        }
        Throwable cause = failure.getCause();
        if (deeper == 0) {
            return false;
        }
        return cause != null && lostDatabase(cause, deeper - 1)
                || Stream.of(failure.getSuppressed()).anyMatch(other -> lostDatabase(other, deeper - 1));
    }

    private static boolean lost(SQLException e) {
        String state = e.getSQLState();
        return state == null ? poolExhausted(e) : gone(state);
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
