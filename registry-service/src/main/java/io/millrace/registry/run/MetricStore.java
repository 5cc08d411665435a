package io.millrace.registry.run;

import io.millrace.common.error.PlatformException;
import io.millrace.common.error.StoreFailure;
import io.millrace.common.http.Page;
import io.millrace.common.http.PageToken;
import io.millrace.registry.access.Access;
import io.millrace.registry.access.Level;
import io.millrace.registry.search.Condition;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class MetricStore {

    private static final String FOREIGN_KEY_VIOLATION = "23503";

    /**
     * One statement for all batches, answering the stage of each run that exists; only active ones are written to. A point
     * that is there already stays one point; ids follow the batches' order. The latest is the greatest (step, time, value),
     * also within the batches; its order keeps writers from deadlock.
     */
    private static final String ADD = """
        with run as materialized (
            select r.run_id, r.lifecycle_stage from registry.run r where r.run_id = any (?)
        ), m as materialized (
            select u.run_id, u.key, u.step, u.recorded_ms, u.value, u.n
              from unnest(?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::double precision[]) with ordinality
                   as u (run_id, key, step, recorded_ms, value, n)
              join run on run.run_id = u.run_id and run.lifecycle_stage = 'active'
        ), added as (
            insert into registry.metric (run_id, key, step, recorded_ms, value)
            select m.run_id, m.key, m.step, m.recorded_ms, m.value from m order by m.n
            on conflict on constraint metric_pk do nothing
        ), latest as (
            insert into registry.metric_latest as l (run_id, key, step, recorded_ms, value)
            select distinct on (m.run_id, m.key) m.run_id, m.key, m.step, m.recorded_ms, m.value
              from m
             order by m.run_id, m.key, m.step desc, m.recorded_ms desc, m.value desc
            on conflict on constraint metric_latest_pk do update
               set step = excluded.step, recorded_ms = excluded.recorded_ms, value = excluded.value
             where (excluded.step, excluded.recorded_ms, excluded.value) > (l.step, l.recorded_ms, l.value)
        )
        select run_id, lifecycle_stage from run
        """;

    private static final String ADD_OF_MODELS = """
        insert into registry.logged_model_metric (model_id, run_id, key, step, recorded_ms, value, dataset_name,
               dataset_digest)
        values (?, ?, ?, ?, ?, ?, ?, ?)
        on conflict on constraint logged_model_metric_pk do nothing
        """;

    private static final String OF_MODELS = """
        select u.id, m.experiment_id, m.model_id is not null and %s, m.model_id is not null and %s
          from unnest(?::text[]) as u (id)
          left join registry.logged_model m on m.model_id = u.id
        """;

    private static final String HISTORY = """
        select run_id, key, value, step, recorded_ms, id
          from registry.metric
         where run_id = ? and key = ? and id > ?
         order by id
         limit ?
        """;

    private static final String HISTORIES = """
        select run_id, key, value, step, recorded_ms
          from registry.metric
         where run_id = any (?) and key = ?
         order by run_id, recorded_ms, step, value
         limit ?
        """;

    /** Of n steps every (n / limit)-th is kept, and those that are the first or last of a run; runs come as they were asked for. */
    private static final String SAMPLED = """
        with point as (
            select run_id, key, value, step, recorded_ms
              from registry.metric
             where run_id = any (?) and key = ? and step between ? and ?
        ), numbered as (
            select step, row_number() over (order by step) - 1 as n, count(*) over () as total
              from (select distinct step from point) d
        ), ends as (
            select min(step) as first, max(step) as last from point group by run_id
        ), kept as (
            select step from numbered where n = 0 or n * ?::bigint / total <> (n - 1) * ?::bigint / total
            union select first from ends
            union select last from ends
        )
        select p.run_id, p.key, p.value, p.step, p.recorded_ms
          from point p
         where p.step in (select k.step from kept k)
         order by array_position(?, p.run_id), p.step, p.recorded_ms, p.value
        """;

    private final DataSource dataSource;
    private final Access access;

    MetricStore(DataSource dataSource, Access access) {
        this.dataSource = dataSource;
        this.access = access;
    }

    /** Adds the points of active runs; answers the lifecycle stage of each run that exists. */
    Map<String, String> add(List<RunMetrics> batches) {
        List<String> runs = new ArrayList<>();
        List<Metric> metrics = new ArrayList<>();
        for (RunMetrics batch : batches) {
            metrics.addAll(batch.metrics());
            runs.addAll(Collections.nCopies(batch.metrics().size(), batch.runId()));
        }
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(ADD)) {
            array(
                    connection,
                    statement,
                    1,
                    "text",
                    batches.stream().map(RunMetrics::runId).distinct());
            array(connection, statement, 2, "text", runs.stream());
            array(connection, statement, 3, "text", metrics.stream().map(Metric::key));
            array(connection, statement, 4, "bigint", metrics.stream().map(Metric::step));
            array(connection, statement, 5, "bigint", metrics.stream().map(Metric::timestampMs));
            array(connection, statement, 6, "float8", metrics.stream().map(Metric::value));
            Map<String, String> stages = new HashMap<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    stages.put(row.getString(1), row.getString(2));
                }
            }
            return stages;
        } catch (SQLException e) {
            throw StoreFailure.of("add metrics", e);
        }
    }

    private static void array(
            Connection connection, PreparedStatement statement, int index, String type, Stream<?> values)
            throws SQLException {
        statement.setArray(index, connection.createArrayOf(type, values.toArray()));
    }

    void addOfModels(String runId, List<ModelMetric> metrics) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(ADD_OF_MODELS)) {
            for (ModelMetric measured : metrics) {
                Metric metric = measured.metric();
                statement.setString(1, measured.modelId());
                statement.setString(2, runId);
                statement.setString(3, metric.key());
                statement.setLong(4, metric.step());
                statement.setLong(5, metric.timestampMs());
                statement.setDouble(6, metric.value());
                statement.setString(7, measured.datasetName());
                statement.setString(8, measured.datasetDigest());
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException e) {
            throw FOREIGN_KEY_VIOLATION.equals(e.getSQLState())
                    ? PlatformException.notFound("logged model", metrics.get(0).modelId())
                    : StoreFailure.of("add metrics of models", e);
        }
    }

    /** The experiment of a logged model, and what the caller may do there; no model is not seen either. */
    record ModelStanding(String modelId, String experimentId, boolean seen, boolean editable) {}

    List<ModelStanding> standings(List<String> modelIds) {
        Condition seen = access.experiments("m.experiment_id", Level.READ);
        Condition may = access.experiments("m.experiment_id", Level.EDIT);
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(OF_MODELS.formatted(seen.sql(), may.sql()))) {
            int index = may.bind(seen.bind(1, statement::setObject), statement::setObject);
            statement.setArray(index, connection.createArrayOf("text", modelIds.toArray()));
            List<ModelStanding> standings = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    standings.add(new ModelStanding(
                            row.getString(1), Long.toString(row.getLong(2)), row.getBoolean(3), row.getBoolean(4)));
                }
            }
            return standings;
        } catch (SQLException e) {
            throw StoreFailure.of("read experiments of logged models", e);
        }
    }

    /** Points of one metric in the order of logging. */
    Page<Metric> history(String runId, String key, @Nullable String pageToken, int limit) {
        long after = pageToken == null ? 0 : id(pageToken);
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(HISTORY)) {
            statement.setString(1, runId);
            statement.setString(2, key);
            statement.setLong(3, after);
            statement.setInt(4, limit == Integer.MAX_VALUE ? limit : limit + 1);
            List<Metric> history = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                long last = after;
                while (row.next()) {
                    if (history.size() == limit) {
                        return new Page<>(history, PageToken.encode(List.of(Long.toString(last))));
                    }
                    history.add(read(row).metric());
                    last = row.getLong("id");
                }
            }
            return new Page<>(history, null);
        } catch (SQLException e) {
            throw StoreFailure.of("read metric history", e);
        }
    }

    private static long id(String pageToken) {
        try {
            return Long.parseLong(PageToken.decode(pageToken, 1).get(0));
        } catch (NumberFormatException e) {
            throw PlatformException.invalid("/page_token", "is not a token of this list");
        }
    }

    List<RunMetric> histories(List<String> runIds, String key, int limit) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(HISTORIES)) {
            statement.setArray(1, connection.createArrayOf("text", runIds.toArray()));
            statement.setString(2, key);
            statement.setInt(3, limit);
            return read(statement);
        } catch (SQLException e) {
            throw StoreFailure.of("read metric histories", e);
        }
    }

    List<RunMetric> sampled(List<String> runIds, String key, long start, long end, int limit) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(SAMPLED)) {
            Array runs = connection.createArrayOf("text", runIds.toArray());
            statement.setArray(1, runs);
            statement.setString(2, key);
            statement.setLong(3, start);
            statement.setLong(4, end);
            statement.setInt(5, limit);
            statement.setInt(6, limit);
            statement.setArray(7, runs);
            return read(statement);
        } catch (SQLException e) {
            throw StoreFailure.of("sample metric histories", e);
        }
    }

    private static List<RunMetric> read(PreparedStatement statement) throws SQLException {
        List<RunMetric> found = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                found.add(read(row));
            }
        }
        return found;
    }

    private static RunMetric read(ResultSet row) throws SQLException {
        return new RunMetric(
                row.getString("run_id"),
                new Metric(
                        row.getString("key"), row.getDouble("value"), row.getLong("step"), row.getLong("recorded_ms")));
    }
}
