package io.millrace.registry.model;

import io.millrace.common.error.StoreFailure;
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
import java.util.TreeMap;
import javax.sql.DataSource;

/** What may change about a version. */
@ApplicationScoped
class VersionChangeStore {

    private static final String DESCRIBE =
            "update registry.model_version set description = ?, updated_at = ? where model = ? and version = ?";

    private static final String STAGE =
            "update registry.model_version set stage = ?, updated_at = ? where model = ? and version = ?";

    private static final String ADD_STAGE_CHANGE = """
            insert into registry.stage_change (model, version, from_stage, to_stage, actor, changed_at, reason)
            values (?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String STAGES = """
            select version, from_stage, to_stage, actor, reason, changed_at
              from registry.stage_change
             where model = ? and version = ?
             order by changed_at desc
             limit 1000
            """;

    private static final String STAGES_AT = """
            select version, from_stage, to_stage, actor, reason, changed_at
              from (select distinct on (version) *
                      from registry.stage_change
                     where model = ? and changed_at <= ?
                     order by version, changed_at desc) c
             where to_stage <> 'None'
             order by version
            """;

    private static final String IN_STAGE = """
            select version
              from registry.model_version
             where model = ? and stage = ? and version <> ? and status <> 'DELETED'
             order by version
            """;

    private static final String TAG = """
            insert into registry.version_tag (model, version, key, value)
            values (?, ?, ?, ?)
            on conflict on constraint version_tag_pk do update set value = excluded.value
            """;

    private static final String DELETE_TAG =
            "delete from registry.version_tag where model = ? and version = ? and key = ?";

    private static final String TOUCH =
            "update registry.model_version set updated_at = ? where model = ? and version = ?";

    /** The row stays, to be restored until it is purged; the number is never used again. */
    private static final String DELETE = """
            update registry.model_version
               set status = 'DELETED', updated_at = ?
             where model = ? and version = ?
            """;

    private static final String RESTORE = """
            update registry.model_version
               set status = 'READY', updated_at = ?
             where model = ? and version = ? and status = 'DELETED' and purged_at is null
            """;

    private final DataSource dataSource;

    VersionChangeStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    void describe(String model, int version, String description, Instant now) {
        change(DESCRIBE, model, version, now, description);
    }

    void delete(String model, int version, Instant now) {
        change(DELETE, model, version, now);
    }

    /** Whether there was such a deleted version that is not purged yet. */
    boolean restore(String model, int version, Instant now) {
        return change(RESTORE, model, version, now);
    }

    /** Moves a version to another stage and notes who did, and why. */
    void stage(String model, StageChange move) {
        change(STAGE, model, move.version(), move.changedAt(), move.to());
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(ADD_STAGE_CHANGE)) {
            statement.setString(1, model);
            statement.setInt(2, move.version());
            statement.setString(3, move.from());
            statement.setString(4, move.to());
            statement.setString(5, move.actor());
            statement.setObject(6, utc(move.changedAt()));
            statement.setString(7, move.reason());
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("note change of stage", e);
        }
    }

    /** Changes of a version's stage, newest first. */
    List<StageChange> stages(String model, int version) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(STAGES)) {
            statement.setString(1, model);
            statement.setInt(2, version);
            return read(statement);
        } catch (SQLException e) {
            throw StoreFailure.of("read stages of version", e);
        }
    }

    /** Of each version the newest change up to a time, of those that were in a stage then. */
    List<StageChange> stagesAt(String model, Instant when) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(STAGES_AT)) {
            statement.setString(1, model);
            statement.setObject(2, utc(when));
            return read(statement);
        } catch (SQLException e) {
            throw StoreFailure.of("read stages of a time", e);
        }
    }

    private static List<StageChange> read(PreparedStatement statement) throws SQLException {
        List<StageChange> found = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                found.add(new StageChange(
                        row.getInt("version"),
                        row.getString("from_stage"),
                        row.getString("to_stage"),
                        row.getString("actor"),
                        row.getString("reason"),
                        row.getObject("changed_at", OffsetDateTime.class).toInstant()));
            }
        }
        return found;
    }

    /** Other versions of the model in a stage. */
    List<Integer> others(String model, int version, String stage) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(IN_STAGE)) {
            statement.setString(1, model);
            statement.setString(2, stage);
            statement.setInt(3, version);
            List<Integer> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(row.getInt(1));
                }
            }
            return found;
        } catch (SQLException e) {
            throw StoreFailure.of("read versions of a stage", e);
        }
    }

    void tag(String model, int version, Map<String, String> tags, Instant now) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(TAG)) {
            for (Map.Entry<String, String> tag : new TreeMap<>(tags).entrySet()) {
                statement.setString(1, model);
                statement.setInt(2, version);
                statement.setString(3, tag.getKey());
                statement.setString(4, tag.getValue());
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException e) {
            throw StoreFailure.of("tag version", e);
        }
        change(TOUCH, model, version, now);
    }

    void deleteTag(String model, int version, String key) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(DELETE_TAG)) {
            statement.setString(1, model);
            statement.setInt(2, version);
            statement.setString(3, key);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("delete tag of version", e);
        }
    }

    /** Whether there was such a version. */
    private boolean change(String sql, String model, int version, Instant now, String... values) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            int index = 1;
            for (String value : values) {
                statement.setString(index++, value);
            }
            statement.setObject(index++, utc(now));
            statement.setString(index++, model);
            statement.setInt(index, version);
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw StoreFailure.of("change version", e);
        }
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
