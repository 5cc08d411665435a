package io.millrace.common.event;

import io.millrace.common.error.PlatformException;
import io.millrace.common.error.StoreFailure;
import jakarta.transaction.RollbackException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.TimeoutException;
import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;

/** Tells an event that cannot be handled from a time in which none can. */
final class Outage {

    private static final int DEPTH = 20;

    private Outage() {}

    /**
     * Whether a failure passes by itself: the store or another service is away, a lock or a deadlock was in the way, the
     * transaction could not be ended. It says nothing about the event, which must not be set aside for it.
     */
    static boolean causes(Throwable failure) {
        if (StoreFailure.lostDatabase(failure)) {
            return true;
        }
        int depth = 0;
        for (Throwable cause = failure; cause != null && depth < DEPTH; cause = cause.getCause(), depth++) {
            if ((cause instanceof PlatformException platform && platform.code().temporary())
                    || cause instanceof IOException
                    || cause instanceof TimeoutException
                    || cause instanceof RollbackException
                    || cause instanceof XAException
                    || (cause instanceof SQLException sql && passing(sql.getSQLState()))) {
                return true;
            }
        }
        return false;
    }

    /** Deadlock and serialization (40), lock not available (55), cancelled or shutting down (57), system errors (58). */
    private static boolean passing(@Nullable String state) {
        return state == null
                || state.startsWith("40")
                || state.startsWith("55")
                || state.startsWith("57")
                || state.startsWith("58");
    }
}
