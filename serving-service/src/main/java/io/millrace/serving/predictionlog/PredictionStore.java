package io.millrace.serving.predictionlog;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.common.error.StoreFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Writes predictions. */
@ApplicationScoped
class PredictionStore {

    private static final String DUPLICATE = "23505";
    private static final String COPY = "copy serving.prediction (" + CopyLine.COLUMNS + ") from stdin";
    private static final String COPY_AGAIN = "copy pg_temp.prediction_again (" + CopyLine.COLUMNS + ") from stdin";

    private final DataSource database;

    PredictionStore(DataSource database) {
        this.database = database;
    }

    /**
     * Stores all or none of the lines; one whose id is stored already changes nothing.
     *
     * @param lines see {@link CopyLine}
     */
    void copy(List<byte[]> lines) {
        try (Connection connection = database.getConnection()) {
            try {
                copy(connection, COPY, lines);
            } catch (SQLException e) {
                if (!DUPLICATE.equals(e.getSQLState())) {
                    throw e;
                }
                again(connection, lines);
            }
        } catch (SQLException e) {
            throw StoreFailure.of("store predictions", e);
        } catch (IOException e) {
            throw new PlatformException(
                    ErrorCode.UNAVAILABLE, "The connection was lost while predictions were stored", List.of(), e);
        }
    }

    private static void copy(Connection connection, String command, List<byte[]> lines)
            throws SQLException, IOException {
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(command);
        try {
            for (byte[] line : lines) {
                copy.writeToCopy(line, 0, line.length);
            }
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    /** COPY knows no `on conflict`: after a crash, or when an answer got lost, the lines take a detour. */
    private static void again(Connection connection, List<byte[]> lines) throws SQLException, IOException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "create temp table if not exists prediction_again (like serving.prediction including defaults)");
            statement.execute("truncate pg_temp.prediction_again");
            copy(connection, COPY_AGAIN, lines);
            statement.execute("insert into serving.prediction (" + CopyLine.COLUMNS + ") select " + CopyLine.COLUMNS
                    + " from pg_temp.prediction_again on conflict (id, role, arm) do nothing");
            statement.execute("truncate pg_temp.prediction_again");
        }
    }
}
