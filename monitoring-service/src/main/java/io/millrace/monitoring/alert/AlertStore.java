package io.millrace.monitoring.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.error.StoreFailure;
import io.millrace.monitoring.alert.Alert.Subject;
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
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class AlertStore {

    private static final String COLUMNS = """
            id, endpoint, model, version, kind, severity, state, summary, detail, caused_by, opened_at, last_seen_at,
            closed_at, close_reason
            """;

    private static final String OPEN = """
            insert into monitoring.alert (id, endpoint, model, version, kind, severity, state, summary, detail,
                   caused_by, opened_at, last_seen_at)
            values (?, ?, ?, ?, ?, ?, 'firing', ?, ?::jsonb, ?, ?, ?)
            on conflict (endpoint, model, version, kind) where closed_at is null do nothing
            returning id
            """;

    private static final String TOUCH = """
            update monitoring.alert
               set last_seen_at = ?, summary = ?, detail = ?::jsonb
             where endpoint = ? and model = ? and version = ? and kind = ? and closed_at is null
            """;

    private static final String CLOSE = """
            update monitoring.alert
               set state = 'resolved', closed_at = ?, close_reason = ?
             where endpoint = ? and model = ? and version = ? and kind = ? and closed_at is null
            returning id
            """;

    private static final String OPEN_OF_VERSION = """
            select id, endpoint, model, version, kind, severity, state, summary, detail, caused_by, opened_at,
                   last_seen_at, closed_at, close_reason
              from monitoring.alert
             where model = ? and version = ? and closed_at is null
            """;

    private static final String LIST = """
            select id, endpoint, model, version, kind, severity, state, summary, detail, caused_by, opened_at,
                   last_seen_at, closed_at, close_reason
              from monitoring.alert
             where (?::text is null or endpoint = ?)
               and (?::text is null or state = ?)
               and (?::timestamptz is null or (opened_at, id) < (?, ?::uuid))
             order by opened_at desc, id desc
             limit ?
            """;

    private final DataSource dataSource;
    private final ObjectMapper json;

    AlertStore(DataSource dataSource, ObjectMapper json) {
        this.dataSource = dataSource;
        this.json = json;
    }

    /** Opens an alert unless one is open for the same subject; answers whether it did. */
    boolean open(UUID id, Subject s, String severity, String summary, Object detail, String causedBy, Instant now) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(OPEN)) {
            statement.setObject(1, id);
            statement.setString(2, s.endpoint());
            statement.setString(3, s.model());
            statement.setInt(4, s.version());
            statement.setString(5, s.kind().wire());
            statement.setString(6, severity);
            statement.setString(7, summary);
            statement.setString(8, write(detail));
            statement.setString(9, causedBy);
            statement.setObject(10, utc(now));
            statement.setObject(11, utc(now));
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("open alert", e);
        }
    }

    void touch(Subject s, String summary, Object detail, Instant now) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(TOUCH)) {
            statement.setObject(1, utc(now));
            statement.setString(2, summary);
            statement.setString(3, write(detail));
            subject(statement, 4, s);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("update alert", e);
        }
    }

    /** Resolves the open alert of a subject, if there is one; answers its id. */
    Optional<UUID> close(Subject s, String reason, Instant now) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(CLOSE)) {
            statement.setObject(1, utc(now));
            statement.setString(2, reason);
            subject(statement, 3, s);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getObject(1, UUID.class)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("close alert", e);
        }
    }

    Optional<Alert> findOpen(Subject s) {
        return openOfVersion(s.model(), s.version()).stream()
                .filter(a -> a.endpoint().equals(s.endpoint()) && a.kind() == s.kind())
                .findFirst();
    }

    List<Alert> openOfVersion(String model, int version) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(OPEN_OF_VERSION)) {
            statement.setString(1, model);
            statement.setInt(2, version);
            return read(statement);
        } catch (SQLException e) {
            throw StoreFailure.of("read open alerts", e);
        }
    }

    Optional<Alert> find(UUID id) {
        try (var connection = dataSource.getConnection();
                var statement =
                        connection.prepareStatement("select " + COLUMNS + " from monitoring.alert where id = ?")) {
            statement.setObject(1, id);
            return read(statement).stream().findFirst();
        } catch (SQLException e) {
            throw StoreFailure.of("read alert", e);
        }
    }

    /** Newest first, after the given key. */
    List<Alert> list(
            @Nullable String endpoint,
            @Nullable String state,
            @Nullable Instant beforeOpened,
            @Nullable UUID beforeId,
            int limit) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LIST)) {
            statement.setString(1, endpoint);
            statement.setString(2, endpoint);
            statement.setString(3, state);
            statement.setString(4, state);
            statement.setObject(5, beforeOpened == null ? null : utc(beforeOpened));
            statement.setObject(6, beforeOpened == null ? null : utc(beforeOpened));
            statement.setObject(7, beforeId);
            statement.setInt(8, limit);
            return read(statement);
        } catch (SQLException e) {
            throw StoreFailure.of("list alerts", e);
        }
    }

    private static void subject(PreparedStatement statement, int from, Subject s) throws SQLException {
        statement.setString(from, s.endpoint());
        statement.setString(from + 1, s.model());
        statement.setInt(from + 2, s.version());
        statement.setString(from + 3, s.kind().wire());
    }

    private List<Alert> read(PreparedStatement statement) throws SQLException {
        List<Alert> alerts = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                OffsetDateTime closed = row.getObject("closed_at", OffsetDateTime.class);
                alerts.add(new Alert(
                        row.getObject("id", UUID.class),
                        row.getString("endpoint"),
                        row.getString("model"),
                        row.getInt("version"),
                        AlertKind.of(row.getString("kind")),
                        row.getString("severity"),
                        row.getString("state"),
                        row.getString("summary"),
                        json.readTree(row.getString("detail")),
                        row.getString("caused_by"),
                        row.getObject("opened_at", OffsetDateTime.class).toInstant(),
                        row.getObject("last_seen_at", OffsetDateTime.class).toInstant(),
                        closed == null ? null : closed.toInstant(),
                        row.getString("close_reason")));
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("detail of an alert is not JSON", e);
        }
        return alerts;
    }

    private String write(Object detail) {
        try {
            return json.writeValueAsString(detail);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("detail of an alert cannot be written as JSON", e);
        }
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
