package io.millrace.common.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.error.StoreFailure;
import io.millrace.common.event.Schema;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class OutboxStore {

    private static final String ADD = """
            insert into {schema}.outbox (target, method, path, idempotency_key, body, caused_by, next_attempt_at)
            values (?, ?, ?, ?, ?::jsonb, ?, ?)
            on conflict on constraint outbox_target_idempotency_key_uq do nothing
            """;

    private static final String CLAIM = """
            update {schema}.outbox o
               set claimed_until = ?, attempts = o.attempts + 1
             where o.id in (select id
                              from {schema}.outbox
                             where delivered_at is null and dead_at is null
                               and next_attempt_at <= ?
                               and (claimed_until is null or claimed_until < ?)
                             order by next_attempt_at
                             limit ?
                               for update skip locked)
            returning id, target, method, path, idempotency_key, body::text as body, caused_by, attempts
            """;

    private static final String DELIVERED = """
            update {schema}.outbox
               set delivered_at = ?, claimed_until = null, last_error = null, response = ?::jsonb
             where id = ? and delivered_at is null
            """;

    private static final String RETRY = """
            update {schema}.outbox
               set next_attempt_at = ?, claimed_until = null, last_error = ?
             where id = ? and delivered_at is null and attempts = ?
            """;

    private static final String DEAD = """
            update {schema}.outbox
               set dead_at = ?, claimed_until = null, last_error = ?
             where id = ? and delivered_at is null and attempts = ?
            """;

    private final DataSource dataSource;
    private final Schema schema;
    private final ObjectMapper json;

    OutboxStore(DataSource dataSource, Schema schema, ObjectMapper json) {
        this.dataSource = dataSource;
        this.schema = schema;
        this.json = json;
    }

    void add(
            String target,
            String method,
            String path,
            String idempotencyKey,
            Object body,
            String causedBy,
            Instant now) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(schema.in(ADD))) {
            statement.setString(1, target);
            statement.setString(2, method);
            statement.setString(3, path);
            statement.setString(4, idempotencyKey);
            statement.setString(5, json.writeValueAsString(body));
            statement.setString(6, causedBy);
            statement.setObject(7, utc(now));
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("add command", e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a command's body cannot be written as JSON", e);
        }
    }

    List<Command> claim(Instant now, Duration lease, int limit) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(schema.in(CLAIM))) {
            statement.setObject(1, utc(now.plus(lease)));
            statement.setObject(2, utc(now));
            statement.setObject(3, utc(now));
            statement.setInt(4, limit);
            List<Command> claimed = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    claimed.add(new Command(
                            row.getLong("id"),
                            row.getString("target"),
                            row.getString("method"),
                            row.getString("path"),
                            row.getString("idempotency_key"),
                            row.getString("body"),
                            row.getString("caused_by"),
                            row.getInt("attempts")));
                }
            }
            return claimed;
        } catch (SQLException e) {
            throw StoreFailure.of("claim commands", e);
        }
    }

    /** Holds whoever has the claim now: what is delivered is delivered. */
    boolean delivered(Command command, Instant now, @Nullable String response) {
        return update(DELIVERED, command, now, response);
    }

    /** Does nothing when another replica has claimed the command since. */
    boolean retry(Command command, Instant next, String error) {
        return update(RETRY, command, next, error);
    }

    /** Does nothing when another replica has claimed the command since. */
    boolean dead(Command command, Instant now, String error) {
        return update(DEAD, command, now, error);
    }

    private boolean update(String sql, Command command, Instant time, @Nullable String text) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(schema.in(sql))) {
            statement.setObject(1, utc(time));
            statement.setString(2, text);
            statement.setLong(3, command.id());
            if (!sql.equals(DELIVERED)) {
                statement.setInt(4, command.attempts());
            }
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw StoreFailure.of("update command", e);
        }
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
