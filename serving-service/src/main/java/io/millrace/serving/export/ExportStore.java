package io.millrace.serving.export;

import io.millrace.common.error.StoreFailure;
import io.millrace.serving.export.ExportedRow.Truth;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Reads what is exported. */
@ApplicationScoped
class ExportStore {

    /** By time, then id, role and arm; a page begins after the last row of the one before. */
    private static final String PAGE = """
            select p.id, p.arm, p.role, p.model, p.version, p.event_at, p.received_at, p.request_id, p.route_key,
                   p.inputs::text as inputs, p.score, p.label, p.decision, p.latency_us,
                   p.parts, p.agrees, p.distance,
                   f.truth, f.truth_label, f.observed_at, f.sequence
              from serving.prediction p
              left join lateral (
                   select truth, truth_label, observed_at, sequence
                     from serving.feedback
                    where prediction_id = p.id
                    order by sequence desc
                    limit 1) f on true
             where p.endpoint = ? and p.event_at >= ? and p.event_at < ?
               and (p.event_at, p.id, p.role, p.arm) > (?, ?, ?, ?)
             order by p.event_at, p.id, p.role, p.arm
             limit ?""";

    private static final UUID LOWEST = new UUID(0, 0);

    private final DataSource database;

    ExportStore(DataSource database) {
        this.database = database;
    }

    /** Whether there is, or was, such an endpoint. */
    boolean knows(String endpoint) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("select 1 from serving.endpoint where name = ?")) {
            statement.setString(1, endpoint);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("look for an endpoint", e);
        }
    }

    /** Predictions from {@code from} until before {@code to}, those after a row, at most {@code limit}. */
    List<ExportedRow> page(String endpoint, Instant from, Instant to, @Nullable ExportedRow after, int limit) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(PAGE)) {
            statement.setString(1, endpoint);
            statement.setObject(2, (after == null ? from : after.eventAt()).atOffset(ZoneOffset.UTC));
            statement.setObject(3, to.atOffset(ZoneOffset.UTC));
            statement.setObject(4, (after == null ? from : after.eventAt()).atOffset(ZoneOffset.UTC));
            statement.setObject(5, after == null ? LOWEST : after.id());
            statement.setString(6, after == null ? "" : after.role());
            statement.setString(7, after == null ? "" : after.arm());
            statement.setInt(8, limit);
            List<ExportedRow> rows = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(row(row));
                }
            }
            return rows;
        } catch (SQLException e) {
            throw StoreFailure.of("read predictions", e);
        }
    }

    private static ExportedRow row(ResultSet row) throws SQLException {
        OffsetDateTime observed = row.getObject("observed_at", OffsetDateTime.class);
        return new ExportedRow(
                row.getObject("id", UUID.class),
                row.getString("arm"),
                row.getString("role"),
                row.getString("model"),
                row.getInt("version"),
                row.getObject("event_at", OffsetDateTime.class).toInstant(),
                row.getObject("received_at", OffsetDateTime.class).toInstant(),
                row.getString("request_id"),
                row.getString("route_key"),
                row.getString("inputs"),
                row.getObject("score", Double.class),
                row.getString("label"),
                row.getString("decision"),
                row.getLong("latency_us"),
                row.getString("parts"),
                row.getObject("agrees", Boolean.class),
                row.getObject("distance", Double.class),
                observed == null
                        ? null
                        : new Truth(
                                row.getObject("truth", Double.class),
                                row.getString("truth_label"),
                                observed.toInstant(),
                                row.getInt("sequence")));
    }
}
