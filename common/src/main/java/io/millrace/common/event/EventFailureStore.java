package io.millrace.common.event;

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
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/** Events that a consumer could not handle: those that are tried again, and those that were set aside. */
@ApplicationScoped
class EventFailureStore {

    private static final String NEXT_ATTEMPT = """
            select next_attempt_at
              from {schema}.event_failure
             where consumer = ? and source = ? and event_id = ? and dead_at is null
            """;

    private static final String NOTE = """
            insert into {schema}.event_failure as f (consumer, source, event_id, type, subject, attempts, last_error,
                   first_failed_at, next_attempt_at)
            values (?, ?, ?, ?, ?, 1, ?, ?, ?)
            on conflict on constraint event_failure_pk do update
               set attempts = f.attempts + 1, last_error = excluded.last_error
            returning attempts
            """;

    private static final String PAUSE = """
            update {schema}.event_failure
               set next_attempt_at = ?
             where consumer = ? and source = ? and event_id = ?
            """;

    private static final String BURY = """
            update {schema}.event_failure
               set dead_at = ?
             where consumer = ? and source = ? and event_id = ?
            """;

    private static final String DELETE =
            "delete from {schema}.event_failure where consumer = ? and source = ? and event_id = ?";

    private static final String DEAD = """
            select consumer, source, event_id, type, subject, attempts, last_error, first_failed_at, dead_at
              from {schema}.event_failure
             where dead_at is not null
             order by dead_at, event_id
             limit ?
            """;

    private static final String COUNT_DEAD = "select count(*) from {schema}.event_failure where dead_at is not null";

    private final DataSource dataSource;
    private final Schema schema;

    EventFailureStore(DataSource dataSource, Schema schema) {
        this.dataSource = dataSource;
        this.schema = schema;
    }

    /** When an event that failed is to be tried again; none when it has not failed, or is set aside. */
    Optional<Instant> nextAttempt(EventConsumer consumer, UUID eventId) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(schema.in(NEXT_ATTEMPT))) {
            key(statement, 1, consumer, eventId);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(row.getObject(1, OffsetDateTime.class).toInstant())
                        : Optional.empty();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("read failed event", e);
        }
    }

    /** Keeps one more failed attempt; answers how many there were. */
    int note(EventConsumer consumer, Event event, String error, Instant now) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(schema.in(NOTE))) {
            key(statement, 1, consumer, event.eventId());
            statement.setString(4, event.type());
            statement.setString(5, event.subject());
            statement.setString(6, error);
            statement.setObject(7, now.atOffset(ZoneOffset.UTC));
            statement.setObject(8, now.atOffset(ZoneOffset.UTC));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        } catch (SQLException e) {
            throw StoreFailure.of("keep failed event", e);
        }
    }

    void pause(EventConsumer consumer, UUID eventId, Instant until) {
        time(PAUSE, consumer, eventId, until);
    }

    void bury(EventConsumer consumer, UUID eventId, Instant now) {
        time(BURY, consumer, eventId, now);
    }

    /** Answers whether there was one. */
    boolean delete(EventConsumer consumer, UUID eventId) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(schema.in(DELETE))) {
            key(statement, 1, consumer, eventId);
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw StoreFailure.of("forget failed event", e);
        }
    }

    /** Those set aside, the oldest first. */
    List<DeadEvent> dead(int limit) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(schema.in(DEAD))) {
            statement.setInt(1, limit);
            List<DeadEvent> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(new DeadEvent(
                            row.getString("consumer"),
                            row.getString("source"),
                            row.getObject("event_id", UUID.class),
                            row.getString("type"),
                            row.getString("subject"),
                            row.getInt("attempts"),
                            row.getString("last_error"),
                            row.getObject("first_failed_at", OffsetDateTime.class)
                                    .toInstant(),
                            row.getObject("dead_at", OffsetDateTime.class).toInstant()));
                }
            }
            return found;
        } catch (SQLException e) {
            throw StoreFailure.of("list dead events", e);
        }
    }

    long countDead() {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(schema.in(COUNT_DEAD));
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw StoreFailure.of("count dead events", e);
        }
    }

    private void time(String sql, EventConsumer consumer, UUID eventId, Instant time) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(schema.in(sql))) {
            statement.setObject(1, time.atOffset(ZoneOffset.UTC));
            key(statement, 2, consumer, eventId);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("update failed event", e);
        }
    }

    private static void key(PreparedStatement statement, int from, EventConsumer consumer, UUID eventId)
            throws SQLException {
        statement.setString(from, consumer.name());
        statement.setString(from + 1, consumer.source());
        statement.setObject(from + 2, eventId);
    }
}
