package io.millrace.pipeline.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.error.StoreFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class RunStore {

    private static final String COLUMNS = """
            id, pipeline, revision, model, state, trigger, params::text as params, caused_by, requested_by, queued_at,
            started_at, finished_at, reason, registered_version, tracking_run_id, fence, attempts
            """;

    private static final String ADD = """
            insert into pipeline.run (id, pipeline, revision, model, trigger, trigger_key, params, caused_by, requested_by,
                   queued_at)
            values (?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?)
            on conflict on constraint run_pipeline_trigger_key_uq do nothing
            """;

    private static final String BY_TRIGGER =
            "select " + COLUMNS + " from pipeline.run where pipeline = ? and trigger_key = ?";

    private static final String BUSY =
            "select exists (select 1 from pipeline.run where pipeline = ? and state in ('QUEUED', 'RUNNING'))";

    /** Two claims at once could start two runs of one pipeline; a claim is rare and short, so they queue here. */
    private static final String CLAIM_LOCK = "select pg_advisory_xact_lock(hashtext('pipeline/claim'))";

    /**
     * Leases are measured by the store's clock, so replicas whose clocks differ agree on who holds a run. {@code attempts}
     * counts the workers that were lost.
     */
    private static final String CLAIM = """
            update pipeline.run
               set state = 'RUNNING', worker = ?, fence = fence + 1,
                   claimed_until = clock_timestamp() + make_interval(secs => ?),
                   started_at = coalesce(started_at, ?),
                   attempts = attempts + case when state = 'RUNNING' then 1 else 0 end
             where id = (select c.id
                           from pipeline.run c
                          where (c.state = 'QUEUED'
                                 and not exists (select 1 from pipeline.run o
                                                  where o.pipeline = c.pipeline and o.state = 'RUNNING'))
                             or (c.state = 'RUNNING' and c.claimed_until < clock_timestamp())
                          order by c.queued_at, c.id
                          limit 1
                            for update skip locked)
            returning
            """ + COLUMNS;

    private static final String HEARTBEAT = """
            update pipeline.run
               set claimed_until = clock_timestamp() + make_interval(secs => ?)
             where id = ? and fence = ? and state = 'RUNNING'
            """;

    private static final String RELEASE = """
            update pipeline.run
               set state = 'QUEUED', worker = null, claimed_until = null
             where id = ? and fence = ? and state = 'RUNNING'
            """;

    private static final String STATE = "select state from pipeline.run where id = ?";

    private static final String REGISTERED = """
            update pipeline.run
               set registered_version = ?, tracking_run_id = ?
             where id = ? and fence = ? and state = 'RUNNING'
            """;

    private static final String FINISH = """
            update pipeline.run
               set state = ?, reason = ?, finished_at = ?, claimed_until = null
             where id = ? and fence = ? and state = 'RUNNING'
            """;

    private static final String MOVE = """
            update pipeline.run
               set state = ?, reason = ?, finished_at = ?::timestamptz, claimed_until = null,
                   started_at = case when ?::timestamptz is null then null else started_at end
             where id = ? and state = any (?)
            """;

    private static final String LIST = "select " + COLUMNS + """
                      from pipeline.run
                     where (?::text is null or pipeline = ?)
                       and (?::text is null or state = ?)
                       and (?::timestamptz is null or (queued_at, id) < (?, ?::uuid))
                     order by queued_at desc, id desc
                     limit ?
                    """;

    private final DataSource dataSource;
    private final ObjectMapper json;

    RunStore(DataSource dataSource, ObjectMapper json) {
        this.dataSource = dataSource;
        this.json = json;
    }

    /** Adds a queued run unless its trigger key was used; answers whether it did. */
    boolean add(Run run, String triggerKey) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(ADD)) {
            statement.setObject(1, run.id());
            statement.setString(2, run.pipeline());
            statement.setInt(3, run.revision());
            statement.setString(4, run.model());
            statement.setString(5, run.trigger());
            statement.setString(6, triggerKey);
            statement.setString(7, run.params().toString());
            statement.setString(8, run.causedBy());
            statement.setString(9, run.requestedBy());
            statement.setObject(10, utc(run.queuedAt()));
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw StoreFailure.of("queue run", e);
        }
    }

    Optional<Run> findByTrigger(String pipeline, String triggerKey) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(BY_TRIGGER)) {
            statement.setString(1, pipeline);
            statement.setString(2, triggerKey);
            return read(statement).stream().findFirst();
        } catch (SQLException e) {
            throw StoreFailure.of("read run", e);
        }
    }

    boolean busy(String pipeline) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(BUSY)) {
            statement.setString(1, pipeline);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        } catch (SQLException e) {
            throw StoreFailure.of("look for runs", e);
        }
    }

    /** Claims the oldest run that may start, or one whose worker's lease has run out. */
    Optional<Run> claim(String worker, Duration lease, Instant now) {
        try (var connection = dataSource.getConnection();
                var lock = connection.prepareStatement(CLAIM_LOCK);
                var statement = connection.prepareStatement(CLAIM)) {
            lock.execute();
            statement.setString(1, worker);
            statement.setDouble(2, seconds(lease));
            statement.setObject(3, utc(now));
            return read(statement).stream().findFirst();
        } catch (SQLException e) {
            throw StoreFailure.of("claim run", e);
        }
    }

    /** Extends the lease; says why not when it cannot. */
    LeaseLost heartbeat(Run run, Duration lease) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(HEARTBEAT);
                var state = connection.prepareStatement(STATE)) {
            statement.setDouble(1, seconds(lease));
            statement.setObject(2, run.id());
            statement.setLong(3, run.fence());
            if (statement.executeUpdate() == 1) {
                return LeaseLost.NO;
            }
            state.setObject(1, run.id());
            try (ResultSet row = state.executeQuery()) {
                boolean cancelled = row.next() && row.getString(1).equals(RunState.CANCELLED.name());
                return cancelled ? LeaseLost.CANCELLED : LeaseLost.TAKEN_OVER;
            }
        } catch (SQLException e) {
            throw StoreFailure.of("extend lease", e);
        }
    }

    /** Gives a run back at once, for a worker that shuts down. */
    void release(Run run) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(RELEASE)) {
            statement.setObject(1, run.id());
            statement.setLong(2, run.fence());
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("release run", e);
        }
    }

    /** Keeps what the run registered. */
    void registered(Run run, int version, @Nullable String trackingRunId) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(REGISTERED)) {
            statement.setInt(1, version);
            statement.setString(2, trackingRunId);
            statement.setObject(3, run.id());
            statement.setLong(4, run.fence());
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("keep registered version", e);
        }
    }

    /** Ends a run under its fence; answers whether this worker was still the one to do it. */
    boolean finish(Run run, RunState state, @Nullable String reason, Instant now) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(FINISH)) {
            statement.setString(1, state.name());
            statement.setString(2, reason);
            statement.setObject(3, utc(now));
            statement.setObject(4, run.id());
            statement.setLong(5, run.fence());
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw StoreFailure.of("finish run", e);
        }
    }

    /** Moves a run that no worker holds, or takes it from its worker; answers whether it was in one of the states. */
    boolean move(UUID id, Set<RunState> from, RunState to, @Nullable String reason, @Nullable Instant finishedAt) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(MOVE)) {
            OffsetDateTime finished = finishedAt == null ? null : utc(finishedAt);
            statement.setString(1, to.name());
            statement.setString(2, reason);
            statement.setObject(3, finished);
            statement.setObject(4, finished);
            statement.setObject(5, id);
            statement.setArray(
                    6,
                    connection.createArrayOf(
                            "text", from.stream().map(Enum::name).toArray()));
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw StoreFailure.of("move run", e);
        }
    }

    Optional<Run> find(UUID id) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement("select " + COLUMNS + " from pipeline.run where id = ?")) {
            statement.setObject(1, id);
            return read(statement).stream().findFirst();
        } catch (SQLException e) {
            throw StoreFailure.of("read run", e);
        }
    }

    /** Runs, newest first, after the given key. */
    List<Run> list(
            @Nullable String pipeline,
            @Nullable String state,
            @Nullable Instant before,
            @Nullable UUID beforeId,
            int limit) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LIST)) {
            statement.setString(1, pipeline);
            statement.setString(2, pipeline);
            statement.setString(3, state);
            statement.setString(4, state);
            statement.setObject(5, before == null ? null : utc(before));
            statement.setObject(6, before == null ? null : utc(before));
            statement.setObject(7, beforeId);
            statement.setInt(8, limit);
            return read(statement);
        } catch (SQLException e) {
            throw StoreFailure.of("list runs", e);
        }
    }

    private List<Run> read(PreparedStatement statement) throws SQLException {
        List<Run> found = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                int version = row.getInt("registered_version");
                boolean registered = !row.wasNull();
                JsonNode params = json.readTree(row.getString("params"));
                found.add(new Run(
                        row.getObject("id", UUID.class),
                        row.getString("pipeline"),
                        row.getInt("revision"),
                        row.getString("model"),
                        RunState.valueOf(row.getString("state")),
                        row.getString("trigger"),
                        params,
                        row.getString("caused_by"),
                        row.getString("requested_by"),
                        row.getObject("queued_at", OffsetDateTime.class).toInstant(),
                        instant(row.getObject("started_at", OffsetDateTime.class)),
                        instant(row.getObject("finished_at", OffsetDateTime.class)),
                        row.getString("reason"),
                        registered ? version : null,
                        row.getString("tracking_run_id"),
                        row.getLong("fence"),
                        row.getInt("attempts")));
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("parameters of a run are not JSON", e);
        }
        return found;
    }

    static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
