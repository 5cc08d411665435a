package io.millrace.monitoring.window;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.error.StoreFailure;
import io.millrace.monitoring.drift.ColumnMeasure;
import io.millrace.monitoring.drift.DriftReport;
import io.millrace.monitoring.drift.WindowState;
import io.millrace.monitoring.monitor.Monitor;
import io.millrace.statistics.drift.Profile;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class WindowStore {

    /** A window of a version that has rows but was not evaluated. */
    record Due(String model, int version, Window window) {}

    /** First and last prediction of a window, and how many there are. */
    record Extent(
            long rows,
            long labels,
            @Nullable String first,
            @Nullable String last) {}

    /** A prediction's inputs and score. */
    record LoggedRow(Map<String, Object> inputs, @Nullable Double score) {}

    private static final String WATERMARK = """
            select event_at
              from serving.prediction_v1
             where endpoint = ? and role = 'primary' and stored_at <= ?
             order by event_at desc
             limit 1
            """;

    private static final String QUIET_SINCE = """
            select not exists (select 1
                                 from serving.prediction_v1
                                where endpoint = ? and stored_at > ?)
            """;

    /** The newest window is looked at again, because another version of it may not have been evaluated. */
    private static final String NEWEST_START = "select max(starts_at) from monitoring.drift_window where endpoint = ?";

    private static final String DUE = """
            with seen as (
                select p.model, p.version,
                       floor(extract(epoch from p.event_at) / ?)::bigint * ? as start_s
                  from serving.prediction_v1 p
                 where p.endpoint = ? and p.role = 'primary' and p.event_at >= ? and p.event_at < ?
                 group by 1, 2, 3)
            select s.model, s.version, s.start_s
              from seen s
             where not exists (select 1
                                 from monitoring.drift_window w
                                where w.endpoint = ? and w.model = s.model and w.version = s.version
                                  and w.starts_at = to_timestamp(s.start_s))
             order by s.start_s, s.model, s.version
            """;

    private static final String EXTENT = """
            select count(*) as row_count,
                   count(*) filter (where exists (select 1 from serving.feedback_v1 f
                                                   where f.prediction_id = p.id)) as label_count,
                   (array_agg(p.id order by p.event_at, p.id))[1] as first_id,
                   (array_agg(p.id order by p.event_at desc, p.id desc))[1] as last_id
              from serving.prediction_v1 p
             where p.endpoint = ? and p.role = 'primary' and p.model = ? and p.version = ?
               and p.event_at >= ? and p.event_at < ?
            """;

    private static final String ROWS = """
            select p.inputs, p.score
              from serving.prediction_v1 p
             where p.endpoint = ? and p.role = 'primary' and p.model = ? and p.version = ?
               and p.event_at >= ? and p.event_at < ?
             order by p.event_at, p.id
            """;

    private static final String REFERENCE =
            "select profile from registry.model_version_v1 where model = ? and version = ?";

    private static final String ADD = """
            insert into monitoring.drift_window (id, endpoint, model, version, starts_at, ends_at, row_count,
                   label_count, state, first_request, last_request, profile, evaluated_at, caused_by)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?)
            on conflict on constraint drift_window_endpoint_model_version_starts_at_uq do nothing
            returning id
            """;

    private static final String ADD_RESULT = """
            insert into monitoring.drift_result (window_id, column_name, measure, value, p_value, adjusted_p, threshold,
                   sample_size, state)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String LAST_STATES = """
            select state
              from monitoring.drift_window
             where endpoint = ? and model = ? and version = ? and state not in ('insufficient', 'no_reference')
             order by starts_at desc
             limit ?
            """;

    private final DataSource dataSource;
    private final ObjectMapper json;

    WindowStore(DataSource dataSource, ObjectMapper json) {
        this.dataSource = dataSource;
        this.json = json;
    }

    /** The newest event time among predictions stored before {@code settled}, so that batches under way are in. */
    Optional<Instant> watermark(String endpoint, Instant settled) {
        return instant(WATERMARK, endpoint, settled);
    }

    boolean quietSince(String endpoint, Instant since) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(QUIET_SINCE)) {
            statement.setString(1, endpoint);
            statement.setObject(2, utc(since));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        } catch (SQLException e) {
            throw StoreFailure.of("look for traffic", e);
        }
    }

    /** Windows that end at or before {@code until} and were not evaluated, oldest first. */
    List<Due> due(Monitor monitor, Instant until) {
        Instant from = instant(NEWEST_START, monitor.endpoint(), null).orElse(Instant.EPOCH);
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(DUE)) {
            long seconds = monitor.window().toSeconds();
            statement.setLong(1, seconds);
            statement.setLong(2, seconds);
            statement.setString(3, monitor.endpoint());
            statement.setObject(4, utc(from));
            statement.setObject(5, utc(until));
            statement.setString(6, monitor.endpoint());
            List<Due> due = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Instant start = Instant.ofEpochSecond(row.getLong("start_s"));
                    due.add(new Due(
                            row.getString("model"),
                            row.getInt("version"),
                            new Window(start, start.plus(monitor.window()))));
                }
            }
            return due;
        } catch (SQLException e) {
            throw StoreFailure.of("find due windows", e);
        }
    }

    Extent extent(String endpoint, Due due) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(EXTENT)) {
            bindRows(statement, endpoint, due);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Extent(
                        row.getLong("row_count"),
                        row.getLong("label_count"),
                        row.getString("first_id"),
                        row.getString("last_id"));
            }
        } catch (SQLException e) {
            throw StoreFailure.of("measure window", e);
        }
    }

    /** Streams the rows of a window in event order; the fetch size keeps a large window out of memory. */
    void forEachRow(String endpoint, Due due, BiConsumer<Map<String, Object>, @Nullable Double> consumer) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(ROWS)) {
            statement.setFetchSize(1000);
            bindRows(statement, endpoint, due);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    LoggedRow logged = read(row);
                    consumer.accept(logged.inputs(), logged.score());
                }
            }
        } catch (SQLException e) {
            throw StoreFailure.of("read window", e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("inputs of a logged prediction are not a JSON object", e);
        }
    }

    @SuppressWarnings("unchecked")
    private LoggedRow read(ResultSet row) throws SQLException, JsonProcessingException {
        Map<String, Object> inputs = json.readValue(row.getString("inputs"), Map.class);
        double score = row.getDouble("score");
        return new LoggedRow(inputs, row.wasNull() ? null : score);
    }

    Optional<Profile> reference(String model, int version) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(REFERENCE)) {
            statement.setString(1, model);
            statement.setInt(2, version);
            try (ResultSet row = statement.executeQuery()) {
                String profile = row.next() ? row.getString("profile") : null;
                return profile == null ? Optional.empty() : Optional.of(json.readValue(profile, Profile.class));
            }
        } catch (SQLException e) {
            throw StoreFailure.of("read reference profile", e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("profile of " + model + "/" + version + " cannot be read", e);
        }
    }

    /** Stores the window with its measures; answers whether this call was the one that did. */
    boolean add(ClosedWindow w, Profile profile) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(ADD)) {
            statement.setObject(1, w.id());
            statement.setString(2, w.endpoint());
            statement.setString(3, w.model());
            statement.setInt(4, w.version());
            statement.setObject(5, utc(w.window().start()));
            statement.setObject(6, utc(w.window().end()));
            statement.setLong(7, w.rows());
            statement.setLong(8, w.labels());
            statement.setString(9, w.state().wire());
            statement.setString(10, w.firstRequest());
            statement.setString(11, w.lastRequest());
            statement.setString(12, json.writeValueAsString(profile));
            statement.setObject(13, utc(w.evaluatedAt()));
            statement.setString(14, "endpoint:" + w.endpoint());
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return false;
                }
            }
            try (var results = connection.prepareStatement(ADD_RESULT)) {
                for (ColumnMeasure m : measures(w.report())) {
                    results.setObject(1, w.id());
                    results.setString(2, m.column());
                    results.setString(3, m.measure());
                    number(results, 4, m.value());
                    number(results, 5, m.pValue());
                    number(results, 6, m.adjustedP());
                    number(results, 7, m.threshold());
                    results.setLong(8, m.sampleSize());
                    results.setString(9, m.state().wire());
                    results.addBatch();
                }
                results.executeBatch();
            }
            return true;
        } catch (SQLException e) {
            throw StoreFailure.of("store window", e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a profile cannot be written as JSON", e);
        }
    }

    private static List<ColumnMeasure> measures(DriftReport report) {
        return report.measures();
    }

    /** States of the newest decided windows of a version, newest first. */
    List<WindowState> lastStates(String endpoint, String model, int version, int limit) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LAST_STATES)) {
            statement.setString(1, endpoint);
            statement.setString(2, model);
            statement.setInt(3, version);
            statement.setInt(4, limit);
            List<WindowState> states = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    states.add(WindowState.of(row.getString("state")));
                }
            }
            return states;
        } catch (SQLException e) {
            throw StoreFailure.of("read window states", e);
        }
    }

    private Optional<Instant> instant(String sql, String endpoint, @Nullable Instant argument) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            statement.setString(1, endpoint);
            if (argument != null) {
                statement.setObject(2, utc(argument));
            }
            try (ResultSet row = statement.executeQuery()) {
                OffsetDateTime found = row.next() ? row.getObject(1, OffsetDateTime.class) : null;
                return Optional.ofNullable(found).map(OffsetDateTime::toInstant);
            }
        } catch (SQLException e) {
            throw StoreFailure.of("read window times", e);
        }
    }

    private static void bindRows(PreparedStatement statement, String endpoint, Due due) throws SQLException {
        statement.setString(1, endpoint);
        statement.setString(2, due.model());
        statement.setInt(3, due.version());
        statement.setObject(4, utc(due.window().start()));
        statement.setObject(5, utc(due.window().end()));
    }

    private static void number(PreparedStatement statement, int index, @Nullable Double value) throws SQLException {
        if (value == null) {
            statement.setNull(index, Types.DOUBLE);
        } else {
            statement.setDouble(index, value);
        }
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
