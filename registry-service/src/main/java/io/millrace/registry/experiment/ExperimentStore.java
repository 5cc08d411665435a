package io.millrace.registry.experiment;

import io.millrace.common.error.PlatformException;
import io.millrace.common.error.StoreFailure;
import io.millrace.common.http.Page;
import io.millrace.registry.access.Access;
import io.millrace.registry.access.Level;
import io.millrace.registry.search.Condition;
import io.millrace.registry.search.Keyset;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.PreparedStatement;
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
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class ExperimentStore {

    private static final String UNIQUE_VIOLATION = "23505";

    private static final String COLUMNS = """
            select e.experiment_id, e.name, e.artifact_location, e.lifecycle_stage, e.created_at, e.updated_at,
                   coalesce((select array_agg(t.key order by t.key) from registry.experiment_tag t
                              where t.experiment_id = e.experiment_id), '{}') as keys,
                   coalesce((select array_agg(t.value order by t.key) from registry.experiment_tag t
                              where t.experiment_id = e.experiment_id), '{}') as tag_values
            """;

    private static final String FROM = " from registry.experiment e";

    private static final String SELECT = COLUMNS + FROM;

    private static final String CREATE = """
            insert into registry.experiment (name, artifact_location, created_at, updated_at)
            values (?, ?, ?, ?)
            returning experiment_id
            """;

    private static final String LOCATE = "update registry.experiment set artifact_location = ? where experiment_id = ?";

    private static final String RENAME =
            "update registry.experiment set name = ?, updated_at = ? where experiment_id = ?";

    private static final String STAGE =
            "update registry.experiment set lifecycle_stage = ?, updated_at = ? where experiment_id = ?";

    private static final String STAGE_RUNS = """
            update registry.run
               set lifecycle_stage = ?, deleted_at = case ? when 'deleted' then coalesce(deleted_at, now()) end
             where experiment_id = ?
            """;

    private static final String TAG = """
            insert into registry.experiment_tag (experiment_id, key, value)
            values (?, ?, ?)
            on conflict on constraint experiment_tag_pk do update set value = excluded.value
            """;

    private static final String DELETE_TAG = "delete from registry.experiment_tag where experiment_id = ? and key = ?";

    private final DataSource dataSource;
    private final Access access;

    ExperimentStore(DataSource dataSource, Access access) {
        this.dataSource = dataSource;
        this.access = access;
    }

    /** Creates an experiment; {@code location} may be empty for the default below the installation's root. */
    long create(String name, String location, Instant now) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(CREATE)) {
            statement.setString(1, name);
            statement.setString(2, location);
            statement.setObject(3, utc(now));
            statement.setObject(4, utc(now));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        } catch (SQLException e) {
            throw taken(name, e);
        }
    }

    private static RuntimeException taken(String name, SQLException e) {
        return UNIQUE_VIOLATION.equals(e.getSQLState())
                ? PlatformException.alreadyExists("experiment", name)
                : StoreFailure.of("write experiment", e);
    }

    void locate(long id, String location) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LOCATE)) {
            statement.setString(1, location);
            statement.setLong(2, id);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("write experiment", e);
        }
    }

    void rename(long id, String name, Instant now) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(RENAME)) {
            statement.setString(1, name);
            statement.setObject(2, utc(now));
            statement.setLong(3, id);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw taken(name, e);
        }
    }

    /** Deletes or restores an experiment softly, and all its runs with it. */
    void stage(long id, String stage, Instant now) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(STAGE);
                var runs = connection.prepareStatement(STAGE_RUNS)) {
            statement.setString(1, stage);
            statement.setObject(2, utc(now));
            statement.setLong(3, id);
            statement.executeUpdate();
            runs.setString(1, stage);
            runs.setString(2, stage);
            runs.setLong(3, id);
            runs.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("write experiment", e);
        }
    }

    void tag(long id, Map<String, String> tags) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(TAG)) {
            for (Map.Entry<String, String> tag : tags.entrySet()) {
                statement.setLong(1, id);
                statement.setString(2, tag.getKey());
                statement.setString(3, tag.getValue());
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException e) {
            throw StoreFailure.of("write experiment tags", e);
        }
    }

    Optional<Experiment> find(long id) {
        Condition seen = access.experiments("e.experiment_id", Level.READ);
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(SELECT + " where e.experiment_id = ? and " + seen.sql())) {
            statement.setLong(1, id);
            seen.bind(2, statement::setObject);
            return read(statement).stream().findFirst();
        } catch (SQLException e) {
            throw StoreFailure.of("read experiment", e);
        }
    }

    Optional<Experiment> findByName(String name) {
        Condition seen = access.experiments("e.experiment_id", Level.READ);
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(SELECT + " where e.name = ? and " + seen.sql())) {
            statement.setString(1, name);
            seen.bind(2, statement::setObject);
            return read(statement).stream().findFirst();
        } catch (SQLException e) {
            throw StoreFailure.of("read experiment", e);
        }
    }

    /** Experiments of the given stages, newest id first, with ids below {@code beforeId}. */
    List<Experiment> list(List<String> stages, long beforeId, int limit) {
        Condition seen = access.experiments("e.experiment_id", Level.READ);
        String sql = SELECT + """
                 where e.lifecycle_stage = any (?) and e.experiment_id < ? and %s
                 order by e.experiment_id desc
                 limit ?
                """.formatted(seen.sql());
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            statement.setArray(1, connection.createArrayOf("text", stages.toArray()));
            statement.setLong(2, beforeId);
            statement.setInt(seen.bind(3, statement::setObject), limit);
            return read(statement);
        } catch (SQLException e) {
            throw StoreFailure.of("list experiments", e);
        }
    }

    Page<Experiment> search(ExperimentSearch search) {
        Keyset keys = new Keyset(ExperimentFilter.order(search.order()));
        List<Condition> conditions = new ArrayList<>(ExperimentFilter.conditions(search.filter()));
        conditions.add(access.experiments("e.experiment_id", Level.READ));
        conditions.add(keys.after(search.pageToken()));
        String sql = COLUMNS + keys.columns() + FROM + keys.join().sql() + " where e.lifecycle_stage = any (?) and "
                + conditions.stream().map(Condition::sql).collect(Collectors.joining(" and ")) + keys.orderBy()
                + " limit " + (search.limit() + 1);
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            statement.setArray(
                    1, connection.createArrayOf("text", search.stages().toArray()));
            int index = 2;
            for (Condition condition : conditions) {
                index = condition.bind(index, statement::setObject);
            }
            List<Experiment> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                List<@Nullable String> last = new ArrayList<>();
                while (row.next()) {
                    if (found.size() == search.limit()) {
                        return new Page<>(found, keys.token(last));
                    }
                    found.add(read(row));
                    last.clear();
                    for (int i = 0; i < keys.size(); i++) {
                        last.add(row.getString(Keyset.column(i)));
                    }
                }
            }
            return new Page<>(found, null);
        } catch (SQLException e) {
            throw StoreFailure.of("search experiments", e);
        }
    }

    boolean deleteTag(long id, String key) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(DELETE_TAG)) {
            statement.setLong(1, id);
            statement.setString(2, key);
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw StoreFailure.of("delete experiment tag", e);
        }
    }

    private static List<Experiment> read(PreparedStatement statement) throws SQLException {
        List<Experiment> found = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                found.add(read(row));
            }
        }
        return found;
    }

    private static Experiment read(ResultSet row) throws SQLException {
        String[] keys = (String[]) row.getArray("keys").getArray();
        String[] values = (String[]) row.getArray("tag_values").getArray();
        Map<String, String> tags = new TreeMap<>();
        for (int i = 0; i < keys.length; i++) {
            tags.put(keys[i], values[i]);
        }
        return new Experiment(
                Long.toString(row.getLong("experiment_id")),
                row.getString("name"),
                row.getString("artifact_location"),
                row.getString("lifecycle_stage"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                tags);
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
