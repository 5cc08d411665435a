package io.millrace.serving.route;

import io.millrace.common.error.StoreFailure;
import io.millrace.serving.model.VersionId;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;

/** Reads where aliases point; writes what this replica holds. */
@ApplicationScoped
class RouteStore {

    private final DataSource database;

    RouteStore(DataSource database) {
        this.database = database;
    }

    /** An alias of a model. */
    record AliasId(String model, String alias) {}

    /** Versions of all aliases of the models. */
    Map<AliasId, Integer> aliases(Collection<String> models) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "select model, alias, version from registry.alias_v1 where model = any (?)")) {
            statement.setArray(1, connection.createArrayOf("text", models.toArray()));
            Map<AliasId, Integer> aliases = new HashMap<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    aliases.put(new AliasId(row.getString("model"), row.getString("alias")), row.getInt("version"));
                }
            }
            return aliases;
        } catch (SQLException e) {
            throw StoreFailure.of("read aliases", e);
        }
    }

    /** Forgets all versions of this replica. */
    void clearLoaded(String instance) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("delete from serving.loaded_model where instance = ?")) {
            statement.setString(1, instance);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("clear loaded models", e);
        }
    }

    /** Writes how far each version is on this replica. */
    void putLoaded(String instance, Map<VersionId, Loaded> versions, Instant now) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        insert into serving.loaded_model (instance, model, version, state, detail, loaded_at)
                        values (?, ?, ?, ?, ?, ?)
                        on conflict on constraint loaded_model_pk
                        do update set state = excluded.state, detail = excluded.detail,
                                      loaded_at = excluded.loaded_at""")) {
            for (Map.Entry<VersionId, Loaded> entry : versions.entrySet()) {
                statement.setString(1, instance);
                statement.setString(2, entry.getKey().model());
                statement.setInt(3, entry.getKey().version());
                statement.setString(4, entry.getValue().state());
                statement.setString(5, entry.getValue().detail());
                statement.setObject(6, now.atOffset(ZoneOffset.UTC));
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException e) {
            throw StoreFailure.of("write loaded models", e);
        }
    }

    /** State of a version as stored: LOADING, READY or FAILED, and why. */
    record Loaded(String state, String detail) {}
}
