package io.millrace.registry.model;

import io.millrace.common.error.StoreFailure;
import io.millrace.registry.model.Model.AliasTarget;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;

@ApplicationScoped
class ModelStore {

    private static final String CREATE = """
            insert into registry.model (name, description)
            values (?, ?)
            on conflict on constraint model_pk do nothing
            """;

    /** Versions of one model are numbered one after the other: who adds one holds this row until it is committed. */
    private static final String LOCK = "select name from registry.model where name = ? for update";

    private static final String TAG = """
            insert into registry.model_tag (model, key, value)
            values (?, ?, ?)
            on conflict on constraint model_tag_pk do update set value = excluded.value
            """;

    private static final String SELECT = """
            select m.name, m.description, m.created_at, m.updated_at,
                   (select count(*) from registry.model_version v where v.model = m.name) as versions,
                   coalesce((select array_agg(a.alias order by a.alias) from registry.alias a
                              where a.model = m.name), '{}') as aliases,
                   coalesce((select array_agg(a.version order by a.alias) from registry.alias a
                              where a.model = m.name), '{}') as alias_versions,
                   coalesce((select array_agg(t.key order by t.key) from registry.model_tag t
                              where t.model = m.name), '{}') as keys,
                   coalesce((select array_agg(t.value order by t.key) from registry.model_tag t
                              where t.model = m.name), '{}') as tag_values
              from registry.model m
            """;

    private final DataSource dataSource;

    ModelStore(DataSource dataSource) {
        this.dataSource = dataSource;
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
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(SELECT + " where m.name = ?")) {
            statement.setString(1, name);
            return read(statement).stream().findFirst();
        } catch (SQLException e) {
            throw StoreFailure.of("read model", e);
        }
    }

    /** Models by name after {@code after}. */
    List<Model> list(String after, int limit) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(SELECT + " where m.name > ? order by m.name limit ?")) {
            statement.setString(1, after);
            statement.setInt(2, limit);
            return read(statement);
        } catch (SQLException e) {
            throw StoreFailure.of("list models", e);
        }
    }

    private static List<Model> read(PreparedStatement statement) throws SQLException {
        List<Model> found = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
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
                found.add(new Model(
                        row.getString("name"),
                        row.getString("description"),
                        row.getObject("created_at", OffsetDateTime.class).toInstant(),
                        row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                        row.getInt("versions"),
                        targets,
                        tags));
            }
        }
        return found;
    }
}
