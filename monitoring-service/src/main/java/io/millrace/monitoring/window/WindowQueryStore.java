package io.millrace.monitoring.window;

import io.millrace.common.error.StoreFailure;
import io.millrace.monitoring.drift.ColumnMeasure;
import io.millrace.monitoring.drift.WindowState;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Reads evaluated windows for people. */
@ApplicationScoped
class WindowQueryStore {

    private static final String COLUMNS = """
            select id, endpoint, model, version, starts_at, ends_at, row_count, label_count, state, first_request,
                   last_request, evaluated_at
              from monitoring.drift_window
            """;

    private static final String LIST = COLUMNS + """
             where (?::text is null or endpoint = ?)
               and (?::timestamptz is null or (ends_at, id) < (?, ?::uuid))
             order by ends_at desc, id desc
             limit ?
            """;

    private static final String RESULTS = """
            select column_name, measure, value, p_value, adjusted_p, threshold, sample_size, state
              from monitoring.drift_result
             where window_id = ?
             order by column_name, measure
            """;

    private final DataSource dataSource;

    WindowQueryStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    List<WindowResponse> list(@Nullable String endpoint, @Nullable Instant before, @Nullable UUID beforeId, int limit) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LIST)) {
            statement.setString(1, endpoint);
            statement.setString(2, endpoint);
            OffsetDateTime time = before == null ? null : before.atOffset(ZoneOffset.UTC);
            statement.setObject(3, time);
            statement.setObject(4, time);
            statement.setObject(5, beforeId);
            statement.setInt(6, limit);
            return read(statement);
        } catch (SQLException e) {
            throw StoreFailure.of("list windows", e);
        }
    }

    Optional<WindowResponse> find(UUID id) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(COLUMNS + " where id = ?")) {
            statement.setObject(1, id);
            return read(statement).stream().findFirst();
        } catch (SQLException e) {
            throw StoreFailure.of("read window", e);
        }
    }

    List<ColumnMeasure> results(UUID windowId) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(RESULTS)) {
            statement.setObject(1, windowId);
            List<ColumnMeasure> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(new ColumnMeasure(
                            row.getString("column_name"),
                            row.getString("measure"),
                            row.getDouble("value"),
                            number(row, "p_value"),
                            number(row, "adjusted_p"),
                            number(row, "threshold"),
                            row.getLong("sample_size"),
                            WindowState.of(row.getString("state"))));
                }
            }
            return found;
        } catch (SQLException e) {
            throw StoreFailure.of("read drift results", e);
        }
    }

    private static List<WindowResponse> read(PreparedStatement statement) throws SQLException {
        List<WindowResponse> found = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                found.add(new WindowResponse(
                        row.getObject("id", UUID.class),
                        row.getString("endpoint"),
                        row.getString("model"),
                        row.getInt("version"),
                        row.getObject("starts_at", OffsetDateTime.class).toInstant(),
                        row.getObject("ends_at", OffsetDateTime.class).toInstant(),
                        row.getLong("row_count"),
                        row.getLong("label_count"),
                        row.getString("state"),
                        row.getString("first_request"),
                        row.getString("last_request"),
                        row.getObject("evaluated_at", OffsetDateTime.class).toInstant(),
                        List.of()));
            }
        }
        return found;
    }

    private static @Nullable Double number(ResultSet row, String column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? null : value;
    }
}
