package io.millrace.serving.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.error.StoreFailure;
import io.millrace.serving.policy.Routing;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** SQL of {@code serving.endpoint} and {@code serving.arm}. */
@ApplicationScoped
class EndpointStore {

    private static final String LIVE = """
            select e.name, e.revision, e.salt, e.sticky_key, e.threshold, e.positive_decision, e.negative_decision,
                   e.log_sample, e.redact, e.routing, e.created_at, e.updated_at,
                   a.name as arm, a.role, a.weight, a.model, a.alias, a.version, a.buckets
              from serving.endpoint e
              join serving.arm a on a.endpoint = e.name
             where e.deleted_at is null
               and (?::text is null or e.name = ?)
               and e.name in (select name from serving.endpoint
                               where deleted_at is null and name > ? order by name limit ?)
             order by e.name, a.position""";

    private final DataSource database;
    private final ObjectMapper json;

    EndpointStore(DataSource database, ObjectMapper json) {
        this.database = database;
        this.json = json;
    }

    Optional<Endpoint> find(String name) {
        return query(name, "", Integer.MAX_VALUE).stream().findFirst();
    }

    /** Endpoints in name order, those after {@code after}, at most {@code limit}. */
    List<Endpoint> list(String after, int limit) {
        return query(null, after, limit);
    }

    private List<Endpoint> query(@Nullable String name, String after, int limit) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(LIVE)) {
            statement.setString(1, name);
            statement.setString(2, name);
            statement.setString(3, after);
            statement.setInt(4, limit);
            Map<String, Endpoint> found = new LinkedHashMap<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Endpoint endpoint = endpoint(row);
                    found.merge(endpoint.name(), endpoint, EndpointStore::joined);
                }
            }
            return List.copyOf(found.values());
        } catch (SQLException e) {
            throw StoreFailure.of("read endpoints", e);
        }
    }

    private static Endpoint joined(Endpoint before, Endpoint next) {
        List<Arm> arms = new ArrayList<>(before.arms());
        arms.addAll(next.arms());
        return new Endpoint(
                before.name(),
                before.revision(),
                before.salt(),
                before.stickyKey(),
                before.decision(),
                before.logSample(),
                before.redact(),
                before.routing(),
                arms,
                before.createdAt(),
                before.updatedAt());
    }

    private Endpoint endpoint(ResultSet row) throws SQLException {
        double threshold = row.getDouble("threshold");
        Decision decision = row.wasNull()
                ? null
                : new Decision(threshold, row.getString("positive_decision"), row.getString("negative_decision"));
        return new Endpoint(
                row.getString("name"),
                row.getLong("revision"),
                row.getString("salt"),
                row.getString("sticky_key"),
                decision,
                row.getDouble("log_sample"),
                List.of((String[]) row.getArray("redact").getArray()),
                routing(row.getString("routing")),
                List.of(arm(row)),
                instant(row, "created_at"),
                instant(row, "updated_at"));
    }

    private Routing routing(String stored) {
        try {
            return json.readValue(stored, Routing.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("stored routing cannot be read", e);
        }
    }

    private String routing(Routing routing) {
        try {
            return json.writeValueAsString(routing);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("routing cannot be written as JSON", e);
        }
    }

    private static Arm arm(ResultSet row) throws SQLException {
        String alias = row.getString("alias");
        Array pairs = row.getArray("buckets");
        return new Arm(
                row.getString("arm"),
                row.getString("role").equals(ArmRole.SHADOW.text()) ? ArmRole.SHADOW : ArmRole.PRIMARY,
                row.getInt("weight"),
                row.getString("model"),
                alias == null ? new Target.Version(row.getInt("version")) : new Target.Alias(alias),
                Buckets.ofPairs(Arrays.asList((Integer[]) pairs.getArray())));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /** Revision of a deleted endpoint of that name, whose row is locked; so a new one goes on counting. */
    Optional<Long> lock(String name) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "select revision from serving.endpoint where name = ? for update")) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getLong("revision")) : Optional.empty();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("lock endpoint", e);
        }
    }

    /** False when another transaction has just made an endpoint of that name. */
    boolean insert(String name, String salt, EndpointDefinition definition, String causedBy) {
        return write("""
                insert into serving.endpoint (sticky_key, threshold, positive_decision, negative_decision, log_sample,
                                              redact, salt, caused_by, routing, name, revision)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, 1)
                on conflict on constraint endpoint_pk do nothing""", definition, salt, causedBy, name);
    }

    /** Changes a living endpoint; its salt and first cause stay. */
    void update(String name, EndpointDefinition definition) {
        write("""
                update serving.endpoint
                   set sticky_key = ?, threshold = ?, positive_decision = ?, negative_decision = ?, log_sample = ?,
                       redact = ?,
                       salt = coalesce(?, salt), caused_by = coalesce(?, caused_by), routing = ?::jsonb,
                       revision = revision + 1, updated_at = now()
                 where name = ?""", definition, null, null, name);
    }

    /** Brings a deleted endpoint back as a new one. */
    void revive(String name, String salt, EndpointDefinition definition, String causedBy) {
        write("""
                update serving.endpoint
                   set sticky_key = ?, threshold = ?, positive_decision = ?, negative_decision = ?, log_sample = ?,
                       redact = ?,
                       salt = ?, caused_by = ?, routing = ?::jsonb, revision = revision + 1,
                       created_at = now(), updated_at = now(), deleted_at = null
                 where name = ?""", definition, salt, causedBy, name);
    }

    private boolean write(
            String sql, EndpointDefinition definition, @Nullable String salt, @Nullable String causedBy, String name) {
        Decision decision = definition.decision();
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, definition.stickyKey());
            if (decision == null) {
                statement.setNull(2, Types.DOUBLE);
                statement.setNull(3, Types.VARCHAR);
                statement.setNull(4, Types.VARCHAR);
            } else {
                statement.setDouble(2, decision.threshold());
                statement.setString(3, decision.positive());
                statement.setString(4, decision.negative());
            }
            statement.setDouble(5, definition.logSample());
            statement.setArray(
                    6, connection.createArrayOf("text", definition.redact().toArray()));
            statement.setString(7, salt);
            statement.setString(8, causedBy);
            statement.setString(9, routing(definition.routing()));
            statement.setString(10, name);
            return statement.executeUpdate() > 0;
        } catch (SQLException e) {
            throw StoreFailure.of("write endpoint", e);
        }
    }

    /** Replaces all arms of an endpoint. */
    void putArms(String endpoint, List<Arm> arms) {
        deleteArms(endpoint);
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        insert into serving.arm (endpoint, name, position, role, weight, model, alias, version, buckets)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?)""")) {
            for (int i = 0; i < arms.size(); i++) {
                Arm arm = arms.get(i);
                statement.setString(1, endpoint);
                statement.setString(2, arm.name());
                statement.setInt(3, i);
                statement.setString(4, arm.role().text());
                statement.setInt(5, arm.weight());
                statement.setString(6, arm.model());
                statement.setString(7, arm.target().<@Nullable String>fold(Target.Alias::alias, version -> null));
                statement.setObject(
                        8, arm.target().<@Nullable Integer>fold(alias -> null, Target.Version::number), Types.INTEGER);
                statement.setArray(
                        9,
                        connection.createArrayOf(
                                "integer", arm.buckets().pairs().toArray()));
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException e) {
            throw StoreFailure.of("write arms", e);
        }
    }

    private void deleteArms(String endpoint) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("delete from serving.arm where endpoint = ?")) {
            statement.setString(1, endpoint);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("delete arms", e);
        }
    }

    /** The revision after the deletion, or nothing when there was no such living endpoint. */
    Optional<Long> delete(String name) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        update serving.endpoint
                           set deleted_at = now(), updated_at = now(), revision = revision + 1
                         where name = ? and deleted_at is null
                        returning revision""")) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getLong("revision")) : Optional.empty();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("delete endpoint", e);
        }
    }
}
