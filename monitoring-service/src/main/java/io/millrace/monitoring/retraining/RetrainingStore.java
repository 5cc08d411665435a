package io.millrace.monitoring.retraining;

import io.millrace.common.error.StoreFailure;
import jakarta.enterprise.context.ApplicationScoped;
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
class RetrainingStore {

    /** The partial unique index on the model keeps a second one out while one is in flight. */
    private static final String ADD = """
            insert into monitoring.retraining_request (id, endpoint, model, pipeline, alert_id, state, as_of,
                   requested_at, caused_by)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (model) where state in ('requested', 'running') do nothing
            returning id
            """;

    private static final String LAST_END = """
            select max(finished_at) as finished_at
              from monitoring.retraining_request
             where model = ? and state in ('finished', 'failed')
            """;

    private static final String COUNT_OF_ALERT =
            "select count(*) from monitoring.retraining_request where alert_id = ?";

    private static final String SUGGESTED_OF_ALERT =
            "select 1 from monitoring.retraining_request where alert_id = ? and state = 'suggested'";

    private static final String IN_FLIGHT =
            "select 1 from monitoring.retraining_request where model = ? and state in ('requested', 'running')";

    /** A run names its alert as cause, which is all that is needed to find it. */
    private static final String START = """
            update monitoring.retraining_request q
               set state = 'running', run_id = r.id
              from pipeline.run_v1 r
             where q.state = 'requested'
               and r.pipeline = q.pipeline
               and r.caused_by = q.caused_by
               and r.queued_at >= q.requested_at - interval '1 minute'
               and not exists (select 1 from monitoring.retraining_request o where o.run_id = r.id)
            """;

    private static final String FINISH = """
            update monitoring.retraining_request
               set state = ?, outcome = ?, run_id = ?, finished_at = ?
             where id = (select id
                           from monitoring.retraining_request
                          where state in ('requested', 'running')
                            and caused_by = ?
                            and (run_id is null or run_id = ?))
            returning id
            """;

    /** A command that could not be delivered will never become a run. */
    private static final String FAIL_UNDELIVERED = """
            update monitoring.retraining_request q
               set state = 'failed', outcome = coalesce(o.last_error, 'the request could not be delivered'),
                   finished_at = ?
              from monitoring.outbox o
             where q.state = 'requested'
               and o.caused_by = q.caused_by
               and o.dead_at is not null
            """;

    private static final String LIST = """
            select id, endpoint, model, pipeline, alert_id, state, as_of, run_id, outcome, requested_at, finished_at,
                   caused_by
              from monitoring.retraining_request
             where (?::text is null or model = ?)
               and (?::timestamptz is null or (requested_at, id) < (?, ?::uuid))
             order by requested_at desc, id desc
             limit ?
            """;

    private final DataSource dataSource;

    RetrainingStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Adds the request unless one is in flight for its model; answers whether it did. */
    boolean add(Retraining r) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(ADD)) {
            statement.setObject(1, r.id());
            statement.setString(2, r.endpoint());
            statement.setString(3, r.model());
            statement.setString(4, r.pipeline());
            statement.setObject(5, r.alertId());
            statement.setString(6, r.state());
            statement.setObject(7, utc(r.asOf()));
            statement.setObject(8, utc(r.requestedAt()));
            statement.setString(9, r.causedBy());
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("add retraining request", e);
        }
    }

    Optional<Instant> lastEnd(String model) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LAST_END)) {
            statement.setString(1, model);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return Optional.ofNullable(row.getObject(1, OffsetDateTime.class))
                        .map(OffsetDateTime::toInstant);
            }
        } catch (SQLException e) {
            throw StoreFailure.of("read last retraining", e);
        }
    }

    int countOfAlert(UUID alertId) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(COUNT_OF_ALERT)) {
            statement.setObject(1, alertId);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        } catch (SQLException e) {
            throw StoreFailure.of("count retraining requests", e);
        }
    }

    boolean suggestedFor(UUID alertId) {
        return exists(SUGGESTED_OF_ALERT, alertId);
    }

    boolean inFlight(String model) {
        return exists(IN_FLIGHT, model);
    }

    private boolean exists(String sql, Object argument) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            statement.setObject(1, argument);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("look for a retraining request", e);
        }
    }

    int markStarted() {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(START)) {
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("mark retraining started", e);
        }
    }

    int failUndelivered(Instant now) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(FAIL_UNDELIVERED)) {
            statement.setObject(1, utc(now));
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("fail undelivered retraining", e);
        }
    }

    boolean finish(UUID runId, String causedBy, boolean failed, String outcome, Instant now) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(FINISH)) {
            statement.setString(1, failed ? "failed" : "finished");
            statement.setString(2, outcome);
            statement.setObject(3, runId);
            statement.setObject(4, utc(now));
            statement.setString(5, causedBy);
            statement.setObject(6, runId);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("finish retraining request", e);
        }
    }

    List<Retraining> list(
            @Nullable String model, @Nullable Instant beforeRequested, @Nullable UUID beforeId, int limit) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LIST)) {
            statement.setString(1, model);
            statement.setString(2, model);
            statement.setObject(3, beforeRequested == null ? null : utc(beforeRequested));
            statement.setObject(4, beforeRequested == null ? null : utc(beforeRequested));
            statement.setObject(5, beforeId);
            statement.setInt(6, limit);
            List<Retraining> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    OffsetDateTime finished = row.getObject("finished_at", OffsetDateTime.class);
                    found.add(new Retraining(
                            row.getObject("id", UUID.class),
                            row.getString("endpoint"),
                            row.getString("model"),
                            row.getString("pipeline"),
                            row.getObject("alert_id", UUID.class),
                            row.getString("state"),
                            row.getObject("as_of", OffsetDateTime.class).toInstant(),
                            row.getObject("run_id", UUID.class),
                            row.getString("outcome"),
                            row.getObject("requested_at", OffsetDateTime.class).toInstant(),
                            finished == null ? null : finished.toInstant(),
                            row.getString("caused_by")));
                }
            }
            return found;
        } catch (SQLException e) {
            throw StoreFailure.of("list retraining requests", e);
        }
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
