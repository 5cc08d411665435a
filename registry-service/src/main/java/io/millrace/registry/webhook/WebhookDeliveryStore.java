package io.millrace.registry.webhook;

import io.millrace.common.error.StoreFailure;
import io.millrace.registry.webhook.WebhookDelivery.Status;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class WebhookDeliveryStore {

    /** One per active webhook that asked for the event and was there before it. */
    private static final String FAN_OUT = """
            insert into registry.webhook_delivery (delivery_id, webhook_id, event_id, event, body, next_attempt_at)
            select gen_random_uuid(), w.webhook_id, ?, ?, ?, ?
              from registry.webhook w
             where w.status = 'ACTIVE' and ? = any (w.events) and w.created_at <= ?
            on conflict do nothing
            """;

    private static final String CLAIM = """
            update registry.webhook_delivery d
               set claimed_until = ?, attempts = d.attempts + 1
              from registry.webhook w
             where w.webhook_id = d.webhook_id
               and d.delivery_id = (select due.delivery_id
                                      from registry.webhook_delivery due
                                      join registry.webhook active on active.webhook_id = due.webhook_id
                                     where due.status = 'PENDING' and active.status = 'ACTIVE'
                                       and due.next_attempt_at <= ?
                                       and (due.claimed_until is null or due.claimed_until < ?)
                                       and due.webhook_id <> all (?)
                                     order by due.next_attempt_at
                                     limit 1
                                       for update of due skip locked)
            returning d.delivery_id, d.webhook_id, d.body, d.attempts, w.url, w.secret
            """;

    private static final String FINISH = """
            update registry.webhook_delivery
               set status = ?, next_attempt_at = coalesce(?, next_attempt_at), finished_at = ?, claimed_until = null,
                   response_status = ?, response_body = ?, error = ?, duration_ms = ?
             where delivery_id = ? and status = 'PENDING' and attempts = ?
            """;

    private static final String COLUMNS = """
            delivery_id, webhook_id, event_id, event, redelivery_of, body, status, attempts, next_attempt_at, response_status,
            response_body, error, duration_ms, created_at, finished_at
            """;

    private static final String LIST = "select " + COLUMNS + """
              from registry.webhook_delivery
             where webhook_id = ? and (? is null or status = ?) and (created_at, delivery_id) < (?, ?)
             order by created_at desc, delivery_id desc
             limit ?
            """;

    private static final String GET =
            "select " + COLUMNS + " from registry.webhook_delivery where webhook_id = ? and delivery_id = ?";

    private static final String REDELIVER = """
            insert into registry.webhook_delivery
                   (delivery_id, webhook_id, event_id, event, redelivery_of, body, next_attempt_at)
            select ?, webhook_id, event_id, event, delivery_id, body, ?
              from registry.webhook_delivery
             where webhook_id = ? and delivery_id = ?
            """;

    private static final String PURGE = """
            delete from registry.webhook_delivery
             where delivery_id in (select delivery_id
                                     from registry.webhook_delivery
                                    where created_at < ? and (claimed_until is null or claimed_until < ?)
                                    limit 1000
                                      for update skip locked)
            """;

    private final DataSource dataSource;

    WebhookDeliveryStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** A delivery that is ours until its lease runs out. */
    record Claimed(UUID deliveryId, UUID webhookId, String url, byte @Nullable [] secret, String body, int attempt) {}

    /** Adds a delivery of an event to each webhook that asked for it; a second time adds none. */
    int fanOut(UUID eventId, String event, String body, Instant occurredAt, Instant now) {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(FAN_OUT)) {
            statement.setObject(1, eventId);
            statement.setString(2, event);
            statement.setString(3, body);
            statement.setObject(4, utc(now));
            statement.setString(5, event);
            statement.setObject(6, utc(occurredAt));
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("add deliveries", e);
        }
    }

    /** Takes what has been due longest, leaving out some webhooks. */
    Optional<Claimed> claim(Instant now, Duration lease, Collection<UUID> without) {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(CLAIM)) {
            statement.setObject(1, utc(now.plus(lease)));
            statement.setObject(2, utc(now));
            statement.setObject(3, utc(now));
            statement.setArray(4, connection.createArrayOf("uuid", without.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new Claimed(
                                row.getObject("delivery_id", UUID.class),
                                row.getObject("webhook_id", UUID.class),
                                row.getString("url"),
                                row.getBytes("secret"),
                                row.getString("body"),
                                row.getInt("attempts")))
                        : Optional.empty();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("claim delivery", e);
        }
    }

    /**
     * Notes how an attempt ended; does nothing when another replica has claimed the delivery since.
     *
     * @param next when to try again, null when that was the last time
     */
    boolean finish(Claimed claimed, Status status, @Nullable Instant next, Instant now, WebhookAttempt attempt) {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(FINISH)) {
            statement.setString(1, status.name());
            statement.setObject(2, next == null ? null : utc(next));
            statement.setObject(3, status == Status.PENDING ? null : utc(now));
            statement.setObject(4, attempt.status());
            statement.setString(5, attempt.response());
            statement.setString(6, attempt.error());
            statement.setLong(7, attempt.durationMs());
            statement.setObject(8, claimed.deliveryId());
            statement.setInt(9, claimed.attempt());
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw StoreFailure.of("finish delivery", e);
        }
    }

    /** Deliveries of a webhook, newest first. */
    List<WebhookDelivery> list(UUID webhookId, @Nullable Status status, @Nullable String pageToken, int limit) {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LIST)) {
            String name = status == null ? null : status.name();
            statement.setObject(1, webhookId);
            statement.setString(2, name);
            statement.setString(3, name);
            WebhookStore.setAfter(statement, 4, pageToken);
            statement.setInt(6, limit);
            List<WebhookDelivery> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(read(row));
                }
            }
            return found;
        } catch (SQLException e) {
            throw StoreFailure.of("list deliveries", e);
        }
    }

    Optional<WebhookDelivery> find(UUID webhookId, UUID deliveryId) {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(GET)) {
            statement.setObject(1, webhookId);
            statement.setObject(2, deliveryId);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(read(row)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("read delivery", e);
        }
    }

    /** Adds a copy of a delivery; none when it is not there. */
    boolean redeliver(UUID webhookId, UUID deliveryId, UUID copy, Instant now) {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(REDELIVER)) {
            statement.setObject(1, copy);
            statement.setObject(2, utc(now));
            statement.setObject(3, webhookId);
            statement.setObject(4, deliveryId);
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw StoreFailure.of("redeliver", e);
        }
    }

    /** Deletes up to 1,000 deliveries that were made before a time and are not under way. */
    int purge(Instant before, Instant now) {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.prepareStatement(PURGE)) {
            statement.setObject(1, utc(before));
            statement.setObject(2, utc(now));
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("purge deliveries", e);
        }
    }

    private static WebhookDelivery read(ResultSet row) throws SQLException {
        Status status = Status.valueOf(row.getString("status"));
        OffsetDateTime finished = row.getObject("finished_at", OffsetDateTime.class);
        Instant next = row.getObject("next_attempt_at", OffsetDateTime.class).toInstant();
        return new WebhookDelivery(
                row.getObject("delivery_id", UUID.class),
                row.getObject("webhook_id", UUID.class),
                row.getObject("event_id", UUID.class),
                row.getString("event"),
                row.getObject("redelivery_of", UUID.class),
                row.getString("body"),
                status,
                row.getInt("attempts"),
                status == Status.PENDING ? next : null,
                row.getObject("response_status", Integer.class),
                row.getString("response_body"),
                row.getString("error"),
                row.getObject("duration_ms", Long.class),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                finished == null ? null : finished.toInstant());
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
