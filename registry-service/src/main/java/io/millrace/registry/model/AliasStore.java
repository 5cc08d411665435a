package io.millrace.registry.model;

import io.millrace.common.error.StoreFailure;
import io.millrace.registry.access.Access;
import io.millrace.registry.access.Level;
import io.millrace.registry.search.Condition;
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
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class AliasStore {

    private static final String CURRENT = "select version from registry.alias where model = ? and alias = ?";

    private static final String LAST_REVISION =
            "select coalesce(max(revision), 0) from registry.alias_change where model = ? and alias = ?";

    private static final String SET = """
            insert into registry.alias (model, alias, version, revision, updated_at)
            values (?, ?, ?, ?, ?)
            on conflict on constraint alias_pk do update
               set version = excluded.version, revision = excluded.revision, updated_at = excluded.updated_at
            """;

    private static final String REMOVE = "delete from registry.alias where model = ? and alias = ?";

    private static final String ADD_CHANGE = """
            insert into registry.alias_change (id, model, alias, revision, from_version, to_version, actor, reason,
                   caused_by, changed_at)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String HISTORY = """
            select id, model, alias, revision, from_version, to_version, actor, reason, caused_by, changed_at
              from registry.alias_change
             where model = ? and alias = ? and revision < ?
             order by revision desc
             limit ?
            """;

    private static final String AT = """
            select id, model, alias, revision, from_version, to_version, actor, reason, caused_by, changed_at
              from (select distinct on (alias) *
                      from registry.alias_change
                     where model = ? and changed_at <= ?
                     order by alias, revision desc) c
             where to_version is not null
             order by alias
            """;

    private final DataSource dataSource;
    private final Access access;

    AliasStore(DataSource dataSource, Access access) {
        this.dataSource = dataSource;
        this.access = access;
    }

    Optional<Integer> current(String model, String alias) {
        Condition seen = access.models("model", Level.READ);
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(CURRENT + " and " + seen.sql())) {
            statement.setString(1, model);
            statement.setString(2, alias);
            seen.bind(3, statement::setObject);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getInt(1)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("read alias", e);
        }
    }

    /** The newest revision of an alias, deleted or not; the caller holds the model's row. */
    long lastRevision(String model, String alias) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LAST_REVISION)) {
            statement.setString(1, model);
            statement.setString(2, alias);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        } catch (SQLException e) {
            throw StoreFailure.of("read alias", e);
        }
    }

    void apply(AliasChange change) {
        try (Connection connection = dataSource.getConnection()) {
            Integer to = change.toVersion();
            if (to == null) {
                try (var remove = connection.prepareStatement(REMOVE)) {
                    remove.setString(1, change.model());
                    remove.setString(2, change.alias());
                    remove.executeUpdate();
                }
            } else {
                try (var set = connection.prepareStatement(SET)) {
                    set.setString(1, change.model());
                    set.setString(2, change.alias());
                    set.setInt(3, to);
                    set.setLong(4, change.revision());
                    set.setObject(5, change.changedAt().atOffset(ZoneOffset.UTC));
                    set.executeUpdate();
                }
            }
            try (var add = connection.prepareStatement(ADD_CHANGE)) {
                add.setObject(1, change.id());
                add.setString(2, change.model());
                add.setString(3, change.alias());
                add.setLong(4, change.revision());
                add.setObject(5, change.fromVersion());
                add.setObject(6, to);
                add.setString(7, change.actor());
                add.setString(8, change.reason());
                add.setString(9, change.causedBy());
                add.setObject(10, change.changedAt().atOffset(ZoneOffset.UTC));
                add.executeUpdate();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("move alias", e);
        }
    }

    /** Changes with revisions below {@code before}, newest first. */
    List<AliasChange> history(String model, String alias, long before, int limit) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(HISTORY)) {
            statement.setString(1, model);
            statement.setString(2, alias);
            statement.setLong(3, before);
            statement.setInt(4, limit);
            return read(statement);
        } catch (SQLException e) {
            throw StoreFailure.of("read alias history", e);
        }
    }

    /** The newest change of each alias up to a time, of those that pointed somewhere then. */
    List<AliasChange> at(String model, Instant when) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(AT)) {
            statement.setString(1, model);
            statement.setObject(2, when.atOffset(ZoneOffset.UTC));
            return read(statement);
        } catch (SQLException e) {
            throw StoreFailure.of("read aliases of a time", e);
        }
    }

    private static List<AliasChange> read(PreparedStatement statement) throws SQLException {
        List<AliasChange> changes = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                changes.add(new AliasChange(
                        row.getObject("id", UUID.class),
                        row.getString("model"),
                        row.getString("alias"),
                        row.getLong("revision"),
                        version(row, "from_version"),
                        version(row, "to_version"),
                        row.getString("actor"),
                        row.getString("reason"),
                        row.getString("caused_by"),
                        row.getObject("changed_at", OffsetDateTime.class).toInstant()));
            }
        }
        return changes;
    }

    private static @Nullable Integer version(ResultSet row, String column) throws SQLException {
        int version = row.getInt(column);
        return row.wasNull() ? null : version;
    }
}
