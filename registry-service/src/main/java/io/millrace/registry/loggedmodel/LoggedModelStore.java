package io.millrace.registry.loggedmodel;

import io.millrace.common.error.StoreFailure;
import io.millrace.common.http.Page;
import io.millrace.registry.access.Access;
import io.millrace.registry.access.Level;
import io.millrace.registry.loggedmodel.LoggedModel.Measured;
import io.millrace.registry.loggedmodel.LoggedModel.Registration;
import io.millrace.registry.run.Metric;
import io.millrace.registry.run.ModelMetric;
import io.millrace.registry.search.Condition;
import io.millrace.registry.search.Keyset;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class LoggedModelStore {

    private static final String CREATE = """
            insert into registry.logged_model (model_id, experiment_id, name, model_type, source_run_id, status,
                   created_by, created_at, updated_at)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String COLUMNS = """
            select m.model_id, m.experiment_id, e.artifact_location, m.name, m.model_type, m.source_run_id, m.status,
                   m.created_by, m.created_at, m.updated_at
            """;

    private static final String FROM = """
              from registry.logged_model m
              join registry.experiment e on e.experiment_id = m.experiment_id
            """;

    private static final String STATUS =
            "update registry.logged_model set status = ?, updated_at = ? where model_id = ?";

    private static final String STAGE =
            "update registry.logged_model set lifecycle_stage = ?, updated_at = ? where model_id = ?";

    private static final String SET_TAG = """
            insert into registry.logged_model_tag (model_id, key, value)
            values (?, ?, ?)
            on conflict on constraint logged_model_tag_pk do update set value = excluded.value
            """;

    private static final String ADD_PARAM = """
            insert into registry.logged_model_param (model_id, key, value)
            values (?, ?, ?)
            on conflict on constraint logged_model_param_pk do nothing
            """;

    private static final String DELETE_TAG = "delete from registry.logged_model_tag where model_id = ? and key = ?";

    private static final String PARAMS =
            "select model_id, key, value from registry.logged_model_param where model_id = any (?)";

    private static final String TAGS =
            "select model_id, key, value from registry.logged_model_tag where model_id = any (?)";

    private static final String METRICS = """
            select model_id, run_id, key, step, recorded_ms, value, dataset_name, dataset_digest
              from registry.logged_model_metric
             where model_id = any (?)
             order by model_id, key, recorded_ms, step
            """;

    private static final String REGISTRATIONS = """
            select logged_model_id, model, version
              from registry.model_version
             where logged_model_id = any (?) and status <> 'DELETED' and %s
             order by model, version
            """;

    private static final String LINK = """
            insert into registry.run_model (run_id, model_id, direction, step)
            values (?, ?, ?, ?)
            on conflict on constraint run_model_pk do update set step = excluded.step
            """;

    private static final String OF_RUNS = """
            select run_id, model_id, direction, step
              from registry.run_model
             where run_id = any (?)
             order by run_id, direction, step, model_id
            """;

    private final DataSource dataSource;
    private final Access access;

    LoggedModelStore(DataSource dataSource, Access access) {
        this.dataSource = dataSource;
        this.access = access;
    }

    void create(LoggedModel model) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(CREATE)) {
            statement.setString(1, model.modelId());
            statement.setLong(2, Long.parseLong(model.experimentId()));
            statement.setString(3, model.name());
            statement.setString(4, model.modelType());
            statement.setString(5, model.sourceRunId());
            statement.setString(6, model.status().name());
            statement.setString(7, model.createdBy());
            statement.setObject(8, utc(model.createdAt()));
            statement.setObject(9, utc(model.updatedAt()));
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("create logged model", e);
        }
    }

    void status(String modelId, LoggedModelStatus status, Instant now) {
        change(STATUS, modelId, status.name(), now);
    }

    void stage(String modelId, String stage, Instant now) {
        change(STAGE, modelId, stage, now);
    }

    private void change(String sql, String modelId, String value, Instant now) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            statement.setString(1, value);
            statement.setObject(2, utc(now));
            statement.setString(3, modelId);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("change logged model", e);
        }
    }

    void setTags(String modelId, Map<String, String> tags) {
        write(SET_TAG, modelId, tags);
    }

    void addParams(String modelId, Map<String, String> params) {
        write(ADD_PARAM, modelId, params);
    }

    private void write(String sql, String modelId, Map<String, String> pairs) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            for (Map.Entry<String, String> pair : new TreeMap<>(pairs).entrySet()) {
                statement.setString(1, modelId);
                statement.setString(2, pair.getKey());
                statement.setString(3, pair.getValue());
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException e) {
            throw StoreFailure.of("describe logged model", e);
        }
    }

    boolean deleteTag(String modelId, String key) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(DELETE_TAG)) {
            statement.setString(1, modelId);
            statement.setString(2, key);
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw StoreFailure.of("delete tag of logged model", e);
        }
    }

    Optional<LoggedModel> find(String modelId) {
        Condition seen = access.experiments("m.experiment_id", Level.READ);
        String sql = COLUMNS + FROM + " where m.model_id = ? and m.lifecycle_stage = 'active' and " + seen.sql();
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            statement.setString(1, modelId);
            seen.bind(2, statement::setObject);
            List<LoggedModel> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(read(row));
                }
            }
            return withData(connection, found).stream().findFirst();
        } catch (SQLException e) {
            throw StoreFailure.of("read logged model", e);
        }
    }

    Page<LoggedModel> search(LoggedModelSearch search) {
        Keyset keys = new Keyset(LoggedModelFilter.order(search.order()));
        List<Condition> conditions = new ArrayList<>();
        conditions.add(keys.join());
        conditions.addAll(LoggedModelFilter.conditions(search.filter(), search.datasets()));
        conditions.add(access.experiments("m.experiment_id", Level.READ));
        conditions.add(keys.after(search.pageToken()));
        String sql = COLUMNS + keys.columns() + FROM + keys.join().sql()
                + " where m.experiment_id = any (?) and m.lifecycle_stage = 'active' and "
                + conditions.stream().skip(1).map(Condition::sql).collect(Collectors.joining(" and "))
                + keys.orderBy() + " limit " + (search.limit() + 1);
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            int index = 1;
            for (int i = 0; i < conditions.size(); i++) {
                for (Object argument : conditions.get(i).arguments()) {
                    if (argument instanceof List<?> texts) {
                        statement.setArray(index++, connection.createArrayOf("text", texts.toArray()));
                    } else {
                        statement.setObject(index++, argument);
                    }
                }
                if (i == 0) {
                    statement.setArray(
                            index++,
                            connection.createArrayOf(
                                    "bigint",
                                    search.experimentIds().stream()
                                            .map(Long::valueOf)
                                            .toArray()));
                }
            }
            List<LoggedModel> found = new ArrayList<>();
            String next = null;
            try (ResultSet row = statement.executeQuery()) {
                List<@Nullable String> last = new ArrayList<>();
                while (row.next()) {
                    if (found.size() == search.limit()) {
                        next = keys.token(last);
                        break;
                    }
                    found.add(read(row));
                    last.clear();
                    for (int i = 0; i < keys.size(); i++) {
                        last.add(row.getString(Keyset.column(i)));
                    }
                }
            }
            return new Page<>(withData(connection, found), next);
        } catch (SQLException e) {
            throw StoreFailure.of("search logged models", e);
        }
    }

    private static LoggedModel read(ResultSet row) throws SQLException {
        return new LoggedModel(
                row.getString("model_id"),
                Long.toString(row.getLong("experiment_id")),
                row.getString("artifact_location"),
                row.getString("name"),
                row.getString("model_type"),
                row.getString("source_run_id"),
                LoggedModelStatus.valueOf(row.getString("status")),
                row.getString("created_by"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                Map.of(),
                Map.of(),
                List.of(),
                List.of());
    }

    private List<LoggedModel> withData(Connection connection, List<LoggedModel> models) throws SQLException {
        if (models.isEmpty()) {
            return models;
        }
        String[] ids = models.stream().map(LoggedModel::modelId).toArray(String[]::new);
        Map<String, Map<String, String>> params = pairs(connection, PARAMS, ids);
        Map<String, Map<String, String>> tags = pairs(connection, TAGS, ids);
        Map<String, List<Measured>> metrics = metrics(connection, ids);
        Map<String, List<Registration>> registrations = registrations(connection, ids);
        return models.stream()
                .map(m -> new LoggedModel(
                        m.modelId(),
                        m.experimentId(),
                        m.experimentLocation(),
                        m.name(),
                        m.modelType(),
                        m.sourceRunId(),
                        m.status(),
                        m.createdBy(),
                        m.createdAt(),
                        m.updatedAt(),
                        params.getOrDefault(m.modelId(), Map.of()),
                        tags.getOrDefault(m.modelId(), Map.of()),
                        metrics.getOrDefault(m.modelId(), List.of()),
                        registrations.getOrDefault(m.modelId(), List.of())))
                .toList();
    }

    private static Map<String, Map<String, String>> pairs(Connection connection, String sql, String[] ids)
            throws SQLException {
        Map<String, Map<String, String>> pairs = new HashMap<>();
        try (var statement = connection.prepareStatement(sql)) {
            statement.setArray(1, connection.createArrayOf("text", ids));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    pairs.computeIfAbsent(row.getString("model_id"), id -> new TreeMap<>())
                            .put(row.getString("key"), row.getString("value"));
                }
            }
        }
        return pairs;
    }

    private static Map<String, List<Measured>> metrics(Connection connection, String[] ids) throws SQLException {
        Map<String, List<Measured>> metrics = new HashMap<>();
        try (var statement = connection.prepareStatement(METRICS)) {
            statement.setArray(1, connection.createArrayOf("text", ids));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String modelId = row.getString("model_id");
                    Metric metric = new Metric(
                            row.getString("key"),
                            row.getDouble("value"),
                            row.getLong("step"),
                            row.getLong("recorded_ms"));
                    metrics.computeIfAbsent(modelId, id -> new ArrayList<>())
                            .add(new Measured(
                                    row.getString("run_id"),
                                    new ModelMetric(
                                            modelId,
                                            metric,
                                            row.getString("dataset_name"),
                                            row.getString("dataset_digest"))));
                }
            }
        }
        return metrics;
    }

    private Map<String, List<Registration>> registrations(Connection connection, String[] ids) throws SQLException {
        Map<String, List<Registration>> registrations = new HashMap<>();
        Condition seen = access.models("model", Level.READ);
        try (var statement = connection.prepareStatement(REGISTRATIONS.formatted(seen.sql()))) {
            statement.setArray(1, connection.createArrayOf("text", ids));
            seen.bind(2, statement::setObject);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    registrations
                            .computeIfAbsent(row.getString("logged_model_id"), id -> new ArrayList<>())
                            .add(new Registration(row.getString("model"), row.getInt("version")));
                }
            }
        }
        return registrations;
    }

    void link(String runId, List<RunModel> models) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LINK)) {
            for (RunModel model : models) {
                statement.setString(1, runId);
                statement.setString(2, model.modelId());
                statement.setString(3, model.direction().name());
                statement.setLong(4, model.step());
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException e) {
            throw StoreFailure.of("link logged models", e);
        }
    }

    Map<String, List<RunModel>> ofRuns(List<String> runIds) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(OF_RUNS)) {
            statement.setArray(1, connection.createArrayOf("text", runIds.toArray()));
            Map<String, List<RunModel>> found = new HashMap<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.computeIfAbsent(row.getString("run_id"), id -> new ArrayList<>())
                            .add(new RunModel(
                                    row.getString("model_id"),
                                    RunModel.Direction.valueOf(row.getString("direction")),
                                    row.getLong("step")));
                }
            }
            return found;
        } catch (SQLException e) {
            throw StoreFailure.of("read logged models of runs", e);
        }
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
