package io.millrace.registry.run;

import io.millrace.common.error.StoreFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.sql.DataSource;

@ApplicationScoped
class MetricStore {

    /** One statement for the whole batch; a point that is there already stays one point. */
    private static final String ADD = """
            insert into registry.metric (run_id, key, step, recorded_ms, value)
            select ?, m.key, m.step, m.recorded_ms, m.value
              from unnest(?::text[], ?::bigint[], ?::bigint[], ?::double precision[])
                   as m (key, step, recorded_ms, value)
            on conflict on constraint metric_pk do nothing
            """;

    /** The latest is the greatest (step, time, value), also within the batch; the order keeps writers from deadlock. */
    private static final String LATEST = """
            insert into registry.metric_latest as l (run_id, key, step, recorded_ms, value)
            select distinct on (m.key) ?, m.key, m.step, m.recorded_ms, m.value
              from unnest(?::text[], ?::bigint[], ?::bigint[], ?::double precision[])
                   as m (key, step, recorded_ms, value)
             order by m.key, m.step desc, m.recorded_ms desc, m.value desc
            on conflict on constraint metric_latest_pk do update
               set step = excluded.step, recorded_ms = excluded.recorded_ms, value = excluded.value
             where (excluded.step, excluded.recorded_ms, excluded.value) > (l.step, l.recorded_ms, l.value)
            """;

    private static final String HISTORY = """
            select key, value, step, recorded_ms
              from registry.metric
             where run_id = ? and key = ? and (recorded_ms, step, value) > (?, ?, ?)
             order by recorded_ms, step, value
             limit ?
            """;

    private final DataSource dataSource;

    MetricStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    void add(String runId, List<Metric> metrics) {
        if (metrics.isEmpty()) {
            return;
        }
        List<Metric> sorted =
                metrics.stream().sorted(Comparator.comparing(Metric::key)).toList();
        try (var connection = dataSource.getConnection()) {
            for (String sql : List.of(ADD, LATEST)) {
                try (var statement = connection.prepareStatement(sql)) {
                    statement.setString(1, runId);
                    statement.setArray(
                            2,
                            array(
                                    connection,
                                    "text",
                                    sorted.stream().map(Metric::key).toArray()));
                    statement.setArray(
                            3,
                            array(
                                    connection,
                                    "bigint",
                                    sorted.stream().map(Metric::step).toArray()));
                    statement.setArray(
                            4,
                            array(
                                    connection,
                                    "bigint",
                                    sorted.stream().map(Metric::timestampMs).toArray()));
                    statement.setArray(
                            5,
                            array(
                                    connection,
                                    "float8",
                                    sorted.stream().map(Metric::value).toArray()));
                    statement.executeUpdate();
                }
            }
        } catch (SQLException e) {
            throw StoreFailure.of("add metrics", e);
        }
    }

    private static java.sql.Array array(Connection connection, String type, Object[] values) throws SQLException {
        return connection.createArrayOf(type, values);
    }

    /** Points of one metric in the order of time, step, value, after the given one. */
    List<Metric> history(String runId, String key, Metric after, int limit) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(HISTORY)) {
            statement.setString(1, runId);
            statement.setString(2, key);
            statement.setLong(3, after.timestampMs());
            statement.setLong(4, after.step());
            statement.setDouble(5, after.value());
            statement.setInt(6, limit);
            List<Metric> history = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    history.add(new Metric(
                            row.getString("key"),
                            row.getDouble("value"),
                            row.getLong("step"),
                            row.getLong("recorded_ms")));
                }
            }
            return history;
        } catch (SQLException e) {
            throw StoreFailure.of("read metric history", e);
        }
    }
}
