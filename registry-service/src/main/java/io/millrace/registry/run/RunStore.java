package io.millrace.registry.run;

import io.millrace.common.error.StoreFailure;
import io.millrace.registry.access.Access;
import io.millrace.registry.access.Level;
import io.millrace.registry.search.Condition;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class RunStore {

    private static final String CREATE = """
            insert into registry.run (run_id, experiment_id, name, user_id, start_at, caused_by)
            values (?, ?, ?, ?, ?, ?)
            """;

    private static final String UPDATE = """
            update registry.run
               set status = coalesce(?, status), end_at = coalesce(?, end_at), name = coalesce(?, name)
             where run_id = ?
            """;

    private static final String STAGE = """
            update registry.run
               set lifecycle_stage = ?, deleted_at = case ? when 'deleted' then coalesce(deleted_at, now()) end
             where run_id = ?
            """;

    private static final String STANDING =
            "select r.experiment_id, r.lifecycle_stage, %s from registry.run r where r.run_id = ? and %s";

    private static final String ADD_PARAMS = """
            insert into registry.run_param (run_id, key, value)
            select ?, n.key, n.value
              from unnest(?::text[], ?::text[]) as n (key, value)
            on conflict on constraint run_param_pk do nothing
            """;

    private static final String CHANGED_PARAM = """
            select p.key, p.value
              from registry.run_param p
             where p.run_id = ?
               and exists (select 1 from unnest(?::text[], ?::text[]) as n (key, value)
                            where n.key = p.key and n.value <> p.value)
             order by p.key
             limit 1
            """;

    private static final String SET_TAG = """
            insert into registry.run_tag (run_id, key, value)
            values (?, ?, ?)
            on conflict on constraint run_tag_pk do update set value = excluded.value
            """;

    private static final String DELETE_TAG = "delete from registry.run_tag where run_id = ? and key = ?";

    private final DataSource dataSource;
    private final Access access;

    RunStore(DataSource dataSource, Access access) {
        this.dataSource = dataSource;
        this.access = access;
    }

    void create(Run run) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(CREATE)) {
            statement.setString(1, run.runId());
            statement.setLong(2, Long.parseLong(run.experimentId()));
            statement.setString(3, run.name());
            statement.setString(4, run.userId());
            statement.setObject(5, utc(run.startAt()));
            statement.setString(6, run.causedBy());
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("create run", e);
        }
    }

    void update(String runId, @Nullable RunStatus status, @Nullable Instant endAt, @Nullable String name) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(UPDATE)) {
            statement.setString(1, status == null ? null : status.name());
            statement.setObject(2, endAt == null ? null : utc(endAt));
            statement.setString(3, name);
            statement.setString(4, runId);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("update run", e);
        }
    }

    void stage(String runId, String stage) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(STAGE)) {
            statement.setString(1, stage);
            statement.setString(2, stage);
            statement.setString(3, runId);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("update run", e);
        }
    }

    /** Whether a run is deleted and whether the caller may write to it. */
    record Standing(String experimentId, boolean active, boolean editable) {}

    /** The standing of a run that the caller sees, for writers that need no more. */
    Optional<Standing> standing(String runId) {
        Condition may = access.experiments("r.experiment_id", Level.EDIT);
        Condition seen = access.experiments("r.experiment_id", Level.READ);
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(STANDING.formatted(may.sql(), seen.sql()))) {
            List<@Nullable Object> arguments = new ArrayList<>(may.arguments());
            arguments.add(runId);
            arguments.addAll(seen.arguments());
            RunDataStore.bind(connection, statement, arguments);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new Standing(
                                Long.toString(row.getLong(1)), row.getString(2).equals("active"), row.getBoolean(3)))
                        : Optional.empty();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("read run", e);
        }
    }

    Optional<Run> find(String runId) {
        return find(List.of(runId)).stream().findFirst();
    }

    /** The runs of these ids that exist, in no order. */
    List<Run> find(List<String> runIds) {
        Condition seen = access.experiments("r.experiment_id", Level.READ);
        String sql = RunDataStore.COLUMNS + RunDataStore.FROM + " where r.run_id = any (?::text[]) and " + seen.sql();
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            statement.setArray(1, connection.createArrayOf("text", runIds.toArray()));
            seen.bind(2, statement::setObject);
            List<Run> runs = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    runs.add(RunDataStore.read(row));
                }
            }
            return RunDataStore.withData(connection, runs);
        } catch (SQLException e) {
            throw StoreFailure.of("read runs", e);
        }
    }

    /** Those of the runs that the caller sees. */
    List<String> seen(List<String> runIds) {
        Condition seen = access.experiments("r.experiment_id", Level.READ);
        String sql = "select r.run_id from registry.run r where r.run_id = any (?) and " + seen.sql();
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            statement.setArray(1, connection.createArrayOf("text", runIds.toArray()));
            seen.bind(2, statement::setObject);
            List<String> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(row.getString(1));
                }
            }
            return found;
        } catch (SQLException e) {
            throw StoreFailure.of("read runs", e);
        }
    }

    /** Adds parameters once; answers one that is there with another value. */
    Optional<Map.Entry<String, String>> addParams(String runId, Map<String, String> params) {
        Map<String, String> sorted = new TreeMap<>(params);
        try (var connection = dataSource.getConnection();
                var add = connection.prepareStatement(ADD_PARAMS);
                var changed = connection.prepareStatement(CHANGED_PARAM)) {
            Array keys = connection.createArrayOf("text", sorted.keySet().toArray());
            Array values = connection.createArrayOf("text", sorted.values().toArray());
            add.setString(1, runId);
            add.setArray(2, keys);
            add.setArray(3, values);
            if (add.executeUpdate() == sorted.size()) {
                return Optional.empty();
            }
            changed.setString(1, runId);
            changed.setArray(2, keys);
            changed.setArray(3, values);
            try (ResultSet row = changed.executeQuery()) {
                return row.next()
                        ? Optional.of(Map.entry(row.getString("key"), row.getString("value")))
                        : Optional.empty();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("add parameters", e);
        }
    }

    void setTags(String runId, Map<String, String> tags) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(SET_TAG)) {
            // Sorted, so that two writers of the same tags lock them in the same order.
            for (Map.Entry<String, String> tag : new TreeMap<>(tags).entrySet()) {
                statement.setString(1, runId);
                statement.setString(2, tag.getKey());
                statement.setString(3, tag.getValue());
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException e) {
            throw StoreFailure.of("set tags", e);
        }
    }

    boolean deleteTag(String runId, String key) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(DELETE_TAG)) {
            statement.setString(1, runId);
            statement.setString(2, key);
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw StoreFailure.of("delete tag", e);
        }
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
