package io.millrace.serving.predictionlog;

import io.millrace.common.error.StoreFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import javax.sql.DataSource;

/** Partitions of {@code serving.prediction}. They belong to the migrating role, so functions of it make and drop them. */
@ApplicationScoped
class PartitionStore {

    private final DataSource database;

    PartitionStore(DataSource database) {
        this.database = database;
    }

    /** Makes a day's partition; false when it is there. */
    boolean add(LocalDate day) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("select serving.add_prediction_partition(?)")) {
            statement.setObject(1, day);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        } catch (SQLException e) {
            throw StoreFailure.of("add a partition of predictions", e);
        }
    }

    /**
     * Drops the days before one, with their minute counts; how many partitions there were. Gives up rather than wait behind a
     * long reader, since others would wait behind it.
     */
    int drop(LocalDate before) {
        try (Connection connection = database.getConnection();
                Statement settings = connection.createStatement();
                PreparedStatement drop = connection.prepareStatement("select serving.drop_prediction_partitions(?)");
                PreparedStatement other =
                        connection.prepareStatement("delete from serving.prediction_other where received_at < ?");
                PreparedStatement minutes =
                        connection.prepareStatement("delete from serving.prediction_minute where minute < ?")) {
            settings.execute("set lock_timeout = '5s'");
            try {
                drop.setObject(1, before);
                int dropped;
                try (ResultSet row = drop.executeQuery()) {
                    row.next();
                    dropped = row.getInt(1);
                }
                other.setObject(1, before.atStartOfDay().atOffset(ZoneOffset.UTC));
                other.executeUpdate();
                minutes.setObject(1, before.atStartOfDay().atOffset(ZoneOffset.UTC));
                minutes.executeUpdate();
                return dropped;
            } finally {
                settings.execute("reset lock_timeout");
            }
        } catch (SQLException e) {
            throw StoreFailure.of("drop partitions of predictions", e);
        }
    }
}
