package io.millrace.common.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.error.StoreFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

@ApplicationScoped
class EventStore {

    private static final String APPEND = """
            insert into {schema}.event (type, subject, data, caused_by)
            values (?, ?, ?::jsonb, ?)
            """;

    private static final String START = """
            insert into {schema}.event_cursor (consumer, source, txid, id)
            values (?, ?, '0', 0)
            on conflict on constraint event_cursor_pk do nothing
            """;

    /** The lock keeps a second replica from handling the same event; it skips instead of waiting. */
    private static final String CURSOR = """
            select txid::text, id
              from {schema}.event_cursor
             where consumer = ? and source = ?
               for update skip locked
            """;

    /**
     * Below the snapshot's xmin every transaction has ended, so nothing can appear behind the cursor any more. The order names
     * the table's column: a bare {@code txid} would be the text of the list above, where 1000 comes before 999.
     */
    private static final String NEXT = """
            select e.txid::text, e.id, e.event_id, e.type, e.subject, e.data, e.caused_by, e.occurred_at
              from {source}.event_v1 e
             where (e.txid, e.id) > (?::xid8, ?)
               and e.txid < pg_snapshot_xmin(pg_current_snapshot())
             order by e.txid, e.id
             limit 1
            """;

    private static final String ONE = """
            select txid::text, id, event_id, type, subject, data, caused_by, occurred_at
              from {source}.event_v1
             where event_id = ?
            """;

    private static final String WAIT =
            "select 1 from {schema}.event_cursor where consumer = ? and source = ? for update";

    private static final String MOVE = """
            update {schema}.event_cursor
               set txid = ?::xid8, id = ?, updated_at = now()
             where consumer = ? and source = ?
            """;

    private final DataSource dataSource;
    private final Schema schema;
    private final ObjectMapper json;

    EventStore(DataSource dataSource, Schema schema, ObjectMapper json) {
        this.dataSource = dataSource;
        this.schema = schema;
        this.json = json;
    }

    void append(String type, String subject, Map<String, ?> data, String causedBy) {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(schema.in(APPEND))) {
            statement.setString(1, type);
            statement.setString(2, subject);
            statement.setString(3, json.writeValueAsString(data));
            statement.setString(4, causedBy);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("append event", e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("data of event " + type + " cannot be written as JSON", e);
        }
    }

    void start(EventConsumer consumer) {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(schema.in(START))) {
            statement.setString(1, consumer.name());
            statement.setString(2, consumer.source());
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("start event cursor", e);
        }
    }

    /** The next event of a consumer, with its cursor locked until the transaction ends; none if there is none or it is taken. */
    Optional<Event> next(EventConsumer consumer) {
        try (Connection connection = dataSource.getConnection();
                var cursor = connection.prepareStatement(schema.in(CURSOR))) {
            cursor.setString(1, consumer.name());
            cursor.setString(2, consumer.source());
            String txid;
            long id;
            try (ResultSet row = cursor.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                txid = row.getString(1);
                id = row.getLong(2);
            }
            String sql = NEXT.replace("{source}", Schema.checked(consumer.source()));
            try (var next = connection.prepareStatement(sql)) {
                next.setString(1, txid);
                next.setLong(2, id);
                try (ResultSet row = next.executeQuery()) {
                    return row.next() ? Optional.of(read(row)) : Optional.empty();
                }
            }
        } catch (SQLException e) {
            throw StoreFailure.of("read next event", e);
        }
    }

    /** Keeps this consumer's other events away until the transaction ends. */
    void waitForCursor(EventConsumer consumer) {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(schema.in(WAIT))) {
            statement.setString(1, consumer.name());
            statement.setString(2, consumer.source());
            statement.execute();
        } catch (SQLException e) {
            throw StoreFailure.of("lock event cursor", e);
        }
    }

    Optional<Event> find(EventConsumer consumer, UUID eventId) {
        String sql = ONE.replace("{source}", Schema.checked(consumer.source()));
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            statement.setObject(1, eventId);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(read(row)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("read event", e);
        }
    }

    void move(EventConsumer consumer, Event handled) {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(schema.in(MOVE))) {
            statement.setString(1, handled.txid());
            statement.setLong(2, handled.id());
            statement.setString(3, consumer.name());
            statement.setString(4, consumer.source());
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("move event cursor", e);
        }
    }

    private Event read(ResultSet row) throws SQLException {
        try {
            return new Event(
                    row.getString("txid"),
                    row.getLong("id"),
                    row.getObject("event_id", UUID.class),
                    row.getString("type"),
                    row.getString("subject"),
                    json.readTree(row.getString("data")),
                    row.getString("caused_by"),
                    row.getObject("occurred_at", OffsetDateTime.class).toInstant());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("data of event " + row.getString("event_id") + " is not JSON", e);
        }
    }
}
