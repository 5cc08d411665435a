package io.millrace.serving.predictionlog;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.common.error.StoreFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayOutputStream;
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
    private static final String COPY = "copy serving.prediction (" + CopyRow.COLUMNS + ") from stdin (format binary)";
    private static final String COPY_AGAIN =
            "copy pg_temp.prediction_again (" + CopyRow.COLUMNS + ") from stdin (format binary)";

    /** Sent at once: a message for each row would cost both sides more. */
    private static final int CHUNK = 1 << 16;

    /** Signature, no flags, nothing more. */
    private static final byte[] HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    private static final byte[] TRAILER = {-1, -1};

    private final DataSource database;

    PredictionStore(DataSource database) {
        this.database = database;
    }

    /**
     * Stores all or none of the rows; one whose id is stored already changes nothing.
     *
     * @param rows see {@link CopyRow}
     */
    void copy(List<byte[]> rows) {
        try (Connection connection = database.getConnection()) {
            try {
                copy(connection, COPY, rows);
            } catch (SQLException e) {
                if (!DUPLICATE.equals(e.getSQLState())) {
                    throw e;
                }
                again(connection, rows);
            }
        } catch (SQLException e) {
            throw StoreFailure.of("store predictions", e);
        } catch (IOException e) {
            throw new PlatformException(
                    ErrorCode.UNAVAILABLE, "The connection was lost while predictions were stored", List.of(), e);
        }
    }

    private static void copy(Connection connection, String command, List<byte[]> rows)
            throws SQLException, IOException {
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(command);
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(2 * CHUNK);
            bytes.writeBytes(HEADER);
            for (byte[] row : rows) {
                bytes.writeBytes(row);
                if (bytes.size() >= CHUNK) {
                    send(copy, bytes);
                }
            }
            bytes.writeBytes(TRAILER);
            send(copy, bytes);
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private static void send(CopyIn copy, ByteArrayOutputStream bytes) throws SQLException {
        copy.writeToCopy(bytes.toByteArray(), 0, bytes.size());
        bytes.reset();
    }

    /** COPY knows no `on conflict`: after a crash, or when an answer got lost, the rows take a detour. */
    private static void again(Connection connection, List<byte[]> rows) throws SQLException, IOException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "create temp table if not exists prediction_again (like serving.prediction including defaults)");
            statement.execute("truncate pg_temp.prediction_again");
            copy(connection, COPY_AGAIN, rows);
            statement.execute("insert into serving.prediction (" + CopyRow.COLUMNS + ") select " + CopyRow.COLUMNS
                    + " from pg_temp.prediction_again on conflict (id, role, arm) do nothing");
            statement.execute("truncate pg_temp.prediction_again");
        }
    }
}
