package io.millrace.registry.webhook;

import io.millrace.common.error.PlatformException;
import io.millrace.common.error.StoreFailure;
import io.millrace.common.http.PageToken;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class WebhookStore {

    private static final String COLUMNS = """
            webhook_id, name, url, events, description, status, secret is not null as signed, created_by, created_at, updated_at
            """;

    private static final String ADD = """
            insert into registry.webhook (webhook_id, name, url, events, description, secret, status, created_by)
            select ?, ?, ?, ?, ?, ?, ?, ?
             where (select count(*) from registry.webhook) < ?
            """;

    private static final String GET = "select " + COLUMNS + " from registry.webhook where webhook_id = ?";

    private static final String LIST = "select " + COLUMNS + """
              from registry.webhook
             where events && ?
               and (created_at, webhook_id) < (?, ?)
             order by created_at desc, webhook_id desc
             limit ?
            """;

    private static final String UPDATE = """
            update registry.webhook
               set name = coalesce(?, name),
                   url = coalesce(?, url),
                   events = coalesce(?, events),
                   description = coalesce(?, description),
                   status = coalesce(?, status),
                   secret = case when ? then ? else secret end,
                   updated_at = now()
             where webhook_id = ?
            """;

    private static final String DELETE = "delete from registry.webhook where webhook_id = ?";

    private static final String SECRET = "select secret from registry.webhook where webhook_id = ?";

    private static final String MODEL = """
            select m.description, (select jsonb_object_agg(t.key, t.value) from registry.model_tag t where t.model = m.name) as tags
              from registry.model m
             where m.name = ?
            """;

    private static final String VERSION = """
            select v.description, v.source, v.given_run_id,
                   (select jsonb_object_agg(t.key, t.value)
                      from registry.version_tag t
                     where t.model = v.model and t.version = v.version) as tags
              from registry.model_version v
             where v.model = ? and v.version = ?
            """;

    private final DataSource dataSource;

    WebhookStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Does nothing and answers false when there are {@code max} already. */
    boolean add(Webhook webhook, byte @Nullable [] secret, int max) {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(ADD)) {
            statement.setObject(1, webhook.webhookId());
            statement.setString(2, webhook.name());
            statement.setString(3, webhook.url());
            statement.setArray(4, texts(connection, webhook.events()));
            statement.setString(5, webhook.description());
            statement.setBytes(6, secret);
            statement.setString(7, webhook.status().name());
            statement.setString(8, webhook.createdBy());
            statement.setInt(9, max);
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw StoreFailure.of("add webhook", e);
        }
    }

    Optional<Webhook> find(UUID id) {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(GET)) {
            statement.setObject(1, id);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(read(row)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("read webhook", e);
        }
    }

    /** Webhooks that ask for one of the events, newest first, after the one that a page token names. */
    List<Webhook> list(List<String> events, @Nullable String pageToken, int limit) {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LIST)) {
            statement.setArray(1, texts(connection, events));
            setAfter(statement, 2, pageToken);
            statement.setInt(4, limit);
            List<Webhook> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(read(row));
                }
            }
            return found;
        } catch (SQLException e) {
            throw StoreFailure.of("list webhooks", e);
        }
    }

    /** Sets two parameters: time and id of the last item of the page before. */
    static void setAfter(PreparedStatement statement, int at, @Nullable String pageToken) throws SQLException {
        if (pageToken == null) {
            statement.setObject(at, OffsetDateTime.MAX);
            statement.setObject(at + 1, new UUID(-1, -1));
            return;
        }
        List<String> key = PageToken.decode(pageToken, 2);
        try {
            statement.setObject(at, Instant.parse(key.get(0)).atOffset(ZoneOffset.UTC));
            statement.setObject(at + 1, UUID.fromString(key.get(1)));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw PlatformException.invalid("/pageToken", "is not a token of this list");
        }
    }

    /** @param secret null to keep the one that is there, empty to take it away */
    boolean update(UUID id, WebhookRequest change, byte @Nullable [] secret) {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(UPDATE)) {
            List<String> events = change.events();
            Webhook.Status status = change.status();
            statement.setString(1, change.name());
            statement.setString(2, change.url());
            statement.setArray(3, events == null ? null : texts(connection, events));
            statement.setString(4, change.description());
            statement.setString(5, status == null ? null : status.name());
            statement.setBoolean(6, secret != null);
            statement.setBytes(7, secret == null || secret.length == 0 ? null : secret);
            statement.setObject(8, id);
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw StoreFailure.of("change webhook", e);
        }
    }

    boolean delete(UUID id) {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(DELETE)) {
            statement.setObject(1, id);
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw StoreFailure.of("delete webhook", e);
        }
    }

    /** The secret as it is stored, encrypted. */
    byte @Nullable [] secret(UUID id) {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(SECRET)) {
            statement.setObject(1, id);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getBytes(1) : null;
            }
        } catch (SQLException e) {
            throw StoreFailure.of("read webhook", e);
        }
    }

    /** What is told of a model. */
    record ModelFacts(String description, @Nullable String tags) {}

    /** What is told of a version. */
    record VersionFacts(
            String description,
            String source,
            String runId,
            @Nullable String tags) {}

    Optional<ModelFacts> model(String name) {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(MODEL)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new ModelFacts(row.getString("description"), row.getString("tags")))
                        : Optional.empty();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("read model", e);
        }
    }

    Optional<VersionFacts> version(String model, int version) {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(VERSION)) {
            statement.setString(1, model);
            statement.setInt(2, version);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new VersionFacts(
                                row.getString("description"),
                                row.getString("source"),
                                row.getString("given_run_id"),
                                row.getString("tags")))
                        : Optional.empty();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("read version", e);
        }
    }

    private static Array texts(Connection connection, List<String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray());
    }

    private static Webhook read(ResultSet row) throws SQLException {
        return new Webhook(
                row.getObject("webhook_id", UUID.class),
                row.getString("name"),
                row.getString("url"),
                Arrays.asList((String[]) row.getArray("events").getArray()),
                row.getString("description"),
                Webhook.Status.valueOf(row.getString("status")),
                row.getBoolean("signed"),
                row.getString("created_by"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }
}
