package io.millrace.pipeline.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.error.StoreFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

@ApplicationScoped
class StepRunStore {

    private static final String ADD = """
            insert into pipeline.step_run (run_id, step, position)
            values (?, ?, ?)
            on conflict on constraint step_run_pk do nothing
            """;

    /** A worker that lost its lease writes nothing: the run must be held under its fence, and is locked while this looks. */
    private static final String HELD = """
            with held as (
                select id from pipeline.run where id = ? and fence = ? and state = 'RUNNING' for no key update)
            """;

    private static final String START = HELD + """
                    update pipeline.step_run s
                       set state = 'RUNNING', attempts = s.attempts + 1, started_at = ?, finished_at = null, reason = null
                      from held
                     where s.run_id = held.id and s.step = ? and s.state <> 'SUCCEEDED'
                    """;

    private static final String END = HELD + """
                    update pipeline.step_run s
                       set state = ?, finished_at = ?, output = ?::jsonb, reason = ?, cache_key = ?, cached = ?
                      from held
                     where s.run_id = held.id and s.step = ?
                    """;

    private static final String ABANDON = """
            update pipeline.step_run
               set state = case when state = 'PENDING' then 'SKIPPED' else 'FAILED' end,
                   finished_at = case when state = 'PENDING' then null else ?::timestamptz end,
                   reason = case when state = 'PENDING' then reason else ? end
             where run_id = ? and state in ('PENDING', 'RUNNING')
            """;

    private static final String CACHED = """
            select output::text as output
              from pipeline.step_run
             where step = ? and cache_key = ? and state = 'SUCCEEDED' and output is not null
             order by finished_at desc
             limit 1
            """;

    /** Digests stand in outputs as texts of 64 hex digits. */
    private static final String FILES_IN_USE = """
            select distinct found.match[1] as sha256
              from pipeline.step_run s
              join pipeline.run r on r.id = s.run_id
             cross join lateral regexp_matches(s.output::text, '"([0-9a-f]{64})"', 'g') as found(match)
             where r.state in ('QUEUED', 'RUNNING', 'HELD')
                or r.registered_version is not null
                or (s.cache_key is not null and s.finished_at >= ?)
            """;

    private static final String LIST = """
            select step, state, attempts, started_at, finished_at, cached, reason, output::text as output
              from pipeline.step_run
             where run_id = ?
             order by position
            """;

    private final DataSource dataSource;
    private final ObjectMapper json;

    StepRunStore(DataSource dataSource, ObjectMapper json) {
        this.dataSource = dataSource;
        this.json = json;
    }

    void add(UUID runId, List<String> steps) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(ADD)) {
            for (int i = 0; i < steps.size(); i++) {
                statement.setObject(1, runId);
                statement.setString(2, steps.get(i));
                statement.setInt(3, i);
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException e) {
            throw StoreFailure.of("add steps", e);
        }
    }

    boolean start(Run run, String step, Instant now) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(START)) {
            statement.setObject(1, run.id());
            statement.setLong(2, run.fence());
            statement.setObject(3, now.atOffset(ZoneOffset.UTC));
            statement.setString(4, step);
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw StoreFailure.of("start step", e);
        }
    }

    boolean end(Run run, StepEnd end, Instant now) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(END)) {
            JsonNode output = end.output();
            statement.setObject(1, run.id());
            statement.setLong(2, run.fence());
            statement.setString(3, end.succeeded() ? "SUCCEEDED" : "FAILED");
            statement.setObject(4, now.atOffset(ZoneOffset.UTC));
            statement.setString(5, output == null ? null : output.toString());
            statement.setString(6, end.reason());
            statement.setString(7, end.cacheKey());
            statement.setBoolean(8, end.cached());
            statement.setString(9, end.step().wire());
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw StoreFailure.of("end step", e);
        }
    }

    /** Marks the steps that will never be carried out, and the one that was under way. */
    void abandon(UUID runId, String reason, Instant now) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(ABANDON)) {
            statement.setObject(1, now.atOffset(ZoneOffset.UTC));
            statement.setString(2, reason);
            statement.setObject(3, runId);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("abandon steps", e);
        }
    }

    /** The newest output of a step with this cache key, of any run. */
    Optional<JsonNode> cached(String step, String cacheKey) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(CACHED)) {
            statement.setString(1, step);
            statement.setString(2, cacheKey);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(json.readTree(row.getString("output"))) : Optional.empty();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("look for cached step", e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("output of a step is not JSON", e);
        }
    }

    /** Digests of the files that open runs, registered versions and outputs cached since then name. */
    Set<String> filesInUse(Instant cachedSince) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(FILES_IN_USE)) {
            statement.setObject(1, cachedSince.atOffset(ZoneOffset.UTC));
            Set<String> digests = new HashSet<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    digests.add(row.getString("sha256"));
                }
            }
            return digests;
        } catch (SQLException e) {
            throw StoreFailure.of("read files in use", e);
        }
    }

    List<StepRun> list(UUID runId) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LIST)) {
            statement.setObject(1, runId);
            List<StepRun> steps = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String output = row.getString("output");
                    steps.add(new StepRun(
                            row.getString("step"),
                            row.getString("state"),
                            row.getInt("attempts"),
                            RunStore.instant(row.getObject("started_at", OffsetDateTime.class)),
                            RunStore.instant(row.getObject("finished_at", OffsetDateTime.class)),
                            row.getBoolean("cached"),
                            row.getString("reason"),
                            output == null ? null : json.readTree(output)));
                }
            }
            return steps;
        } catch (SQLException e) {
            throw StoreFailure.of("list steps", e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("output of a step is not JSON", e);
        }
    }
}
