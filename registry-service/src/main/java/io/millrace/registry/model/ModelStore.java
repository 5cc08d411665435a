package io.millrace.registry.model;

import io.millrace.common.error.PlatformException;
import io.millrace.common.error.StoreFailure;
import io.millrace.common.http.Page;
import io.millrace.registry.access.Access;
import io.millrace.registry.access.Level;
import io.millrace.registry.model.Model.AliasTarget;
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
class ModelStore {

    private static final String UNIQUE_VIOLATION = "23505";

    private static final String CREATE = """
            insert into registry.model (name, description)
            values (?, ?)
            on conflict on constraint model_pk do nothing
            """;

    /** Versions of one model are numbered one after the other: who adds one holds this row until it is committed. */
    private static final String LOCK =
            "select name from registry.model where name = ? and deleted_at is null for update";

    private static final String TAG = """
            insert into registry.model_tag (model, key, value)
            values (?, ?, ?)
            on conflict on constraint model_tag_pk do update set value = excluded.value
            """;

    private static final String RENAME = "update registry.model set name = ?, updated_at = ? where name = ?";

    private static final String RENAME_VERSIONS = "update registry.model_version set updated_at = ? where model = ?";

    private static final String DESCRIBE = "update registry.model set description = ?, updated_at = ? where name = ?";

    private static final String TOUCH = "update registry.model set updated_at = ? where name = ?";

    /** The rows stay for the history; the name is free again. */
    private static final String DELETE = """
            update registry.model
               set deleted_name = name, name = 'deleted-' || gen_random_uuid(), deleted_at = ?
             where name = ?
            """;

    /** The newest of that name whose versions still have their files. */
    private static final String RESTORE = """
            update registry.model
               set name = deleted_name, deleted_name = null, deleted_at = null, updated_at = ?
             where name = (select m.name
                             from registry.model m
                            where m.deleted_name = ?
                              and not exists (select 1 from registry.model_version v
                                               where v.model = m.name and v.status <> 'DELETED' and v.purged_at is not null)
                              and %s
                            order by m.deleted_at desc
                            limit 1)
            """;

    private static final String DELETE_TAG = "delete from registry.model_tag where model = ? and key = ?";

    private static final String COLUMNS = """
            select m.name, m.description, m.created_at, m.updated_at,
                   (select count(*) from registry.model_version v where v.model = m.name and v.status <> 'DELETED') as versions,
                   coalesce((select array_agg(a.alias order by a.alias) from registry.alias a
                              where a.model = m.name), '{}') as aliases,
                   coalesce((select array_agg(a.version order by a.alias) from registry.alias a
                              where a.model = m.name), '{}') as alias_versions,
                   coalesce((select array_agg(t.key order by t.key) from registry.model_tag t
                              where t.model = m.name), '{}') as keys,
                   coalesce((select array_agg(t.value order by t.key) from registry.model_tag t
                              where t.model = m.name), '{}') as tag_values
            """;

    private static final String FROM = " from registry.model m";

    private static final String LIVE = " where m.deleted_at is null and ";

    private final DataSource dataSource;
    private final Access access;

    ModelStore(DataSource dataSource, Access access) {
        this.dataSource = dataSource;
        this.access = access;
    }

    boolean create(String name, String description) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(CREATE)) {
            statement.setString(1, name);
            statement.setString(2, description);
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw StoreFailure.of("create model", e);
        }
    }

    boolean lock(String name) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LOCK)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("lock model", e);
        }
    }

    void tag(String name, Map<String, String> tags) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(TAG)) {
            for (Map.Entry<String, String> tag : new TreeMap<>(tags).entrySet()) {
                statement.setString(1, name);
                statement.setString(2, tag.getKey());
                statement.setString(3, tag.getValue());
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException e) {
            throw StoreFailure.of("tag model", e);
        }
    }

    Optional<Model> find(String name) {
        Condition seen = access.models("m.name", Level.READ);
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(COLUMNS + FROM + LIVE + "m.name = ? and " + seen.sql())) {
            statement.setString(1, name);
            seen.bind(2, statement::setObject);
            return read(statement).stream().findFirst();
        } catch (SQLException e) {
            throw StoreFailure.of("read model", e);
        }
    }

    /** Models by name after {@code after}. */
    List<Model> list(String after, int limit) {
        Condition seen = access.models("m.name", Level.READ);
        String sql = COLUMNS + FROM + LIVE + "m.name > ? and " + seen.sql() + " order by m.name limit ?";
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            statement.setString(1, after);
            statement.setInt(seen.bind(2, statement::setObject), limit);
            return read(statement);
        } catch (SQLException e) {
            throw StoreFailure.of("list models", e);
        }
    }

    Page<Model> search(RegistrySearch search) {
        Keyset keys = new Keyset(RegistryFilter.modelOrder(search.order()));
        List<Condition> conditions = new ArrayList<>(RegistryFilter.models(search.filter()));
        conditions.add(access.models("m.name", Level.READ));
        conditions.add(keys.after(search.pageToken()));
        String sql = COLUMNS + keys.columns() + FROM + keys.join().sql() + LIVE
                + conditions.stream().map(Condition::sql).collect(Collectors.joining(" and ")) + keys.orderBy()
                + " limit " + (search.limit() + 1);
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            int index = 1;
            for (Condition condition : conditions) {
                index = condition.bind(index, statement::setObject);
            }
            List<Model> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                List<@Nullable String> last = new ArrayList<>();
                while (row.next()) {
                    if (found.size() == search.limit()) {
                        return new Page<>(found, keys.token(last));
                    }
                    found.add(readOne(row));
                    last.clear();
                    for (int i = 0; i < keys.size(); i++) {
                        last.add(row.getString(Keyset.column(i)));
                    }
                }
            }
            return new Page<>(found, null);
        } catch (SQLException e) {
            throw StoreFailure.of("search models", e);
        }
    }

    /** Renames a model with all that refers to it; false when the name is taken. */
    boolean rename(String name, String newName, Instant now) {
        try (var connection = dataSource.getConnection();
                var versions = connection.prepareStatement(RENAME_VERSIONS);
                var model = connection.prepareStatement(RENAME)) {
            versions.setObject(1, utc(now));
            versions.setString(2, name);
            versions.executeUpdate();
            model.setString(1, newName);
            model.setObject(2, utc(now));
            model.setString(3, name);
            model.executeUpdate();
            return true;
        } catch (SQLException e) {
            if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
                return false;
            }
            throw StoreFailure.of("rename model", e);
        }
    }

    void describe(String name, String description, Instant now) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(DESCRIBE)) {
            statement.setString(1, description);
            statement.setObject(2, utc(now));
            statement.setString(3, name);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("describe model", e);
        }
    }

    void touch(String name, Instant now) {
        change(TOUCH, name, now);
    }

    void delete(String name, Instant now) {
        change(DELETE, name, now);
    }

    /** Whether there was a deleted model of that name that the caller manages and that was not purged. */
    boolean restore(String name, Instant now) {
        Condition may = access.models("m.name", Level.MANAGE);
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(RESTORE.formatted(may.sql()))) {
            statement.setObject(1, utc(now));
            statement.setString(2, name);
            may.bind(3, statement::setObject);
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw UNIQUE_VIOLATION.equals(e.getSQLState())
                    ? PlatformException.alreadyExists("model", name)
                    : StoreFailure.of("restore model", e);
        }
    }

    private void change(String sql, String name, Instant now) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            statement.setObject(1, utc(now));
            statement.setString(2, name);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("change model", e);
        }
    }

    void deleteTag(String name, String key) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(DELETE_TAG)) {
            statement.setString(1, name);
            statement.setString(2, key);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("delete tag of model", e);
        }
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static List<Model> read(PreparedStatement statement) throws SQLException {
        List<Model> found = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                found.add(readOne(row));
            }
        }
        return found;
    }

    private static Model readOne(ResultSet row) throws SQLException {
        String[] aliases = (String[]) row.getArray("aliases").getArray();
        Integer[] versions = (Integer[]) row.getArray("alias_versions").getArray();
        List<AliasTarget> targets = new ArrayList<>();
        for (int i = 0; i < aliases.length; i++) {
            targets.add(new AliasTarget(aliases[i], versions[i]));
        }
        String[] keys = (String[]) row.getArray("keys").getArray();
        String[] values = (String[]) row.getArray("tag_values").getArray();
        Map<String, String> tags = new TreeMap<>();
        for (int i = 0; i < keys.length; i++) {
            tags.put(keys[i], values[i]);
        }
        return new Model(
                row.getString("name"),
                row.getString("description"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                row.getInt("versions"),
                targets,
                tags);
    }
}
