package io.millrace.pipeline.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.common.event.EventLog;
import io.millrace.pipeline.definition.Definition;
import io.millrace.pipeline.definition.DefinitionService;
import io.millrace.pipeline.definition.PipelineSpec;
import io.millrace.pipeline.step.StepName;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Queues runs, hands them to workers, and keeps what happened. */
@ApplicationScoped
public class RunService {

    /** Trigger of a run that Quartz asked for. */
    public static final String SCHEDULE = "schedule";

    private static final Logger LOG = Logger.getLogger(RunService.class);

    private final RunStore runs;
    private final StepRunStore steps;
    private final DefinitionService definitions;
    private final EventLog events;
    private final ObjectMapper json;
    private final Clock clock;
    private final RunMetrics metrics;

    RunService(
            RunStore runs,
            StepRunStore steps,
            DefinitionService definitions,
            EventLog events,
            ObjectMapper json,
            Clock clock,
            RunMetrics metrics) {
        this.runs = runs;
        this.steps = steps;
        this.definitions = definitions;
        this.events = events;
        this.json = json;
        this.clock = clock;
        this.metrics = metrics;
    }

    /**
     * A wish for a run.
     *
     * @param trigger schedule, drift, manual or api
     * @param triggerKey the same key again gives the same run
     * @param asOf up to which data may be read; none takes the pipeline's default; of a schedule, its instant
     */
    public record Wish(
            String pipeline,
            String trigger,
            String triggerKey,
            @Nullable Instant asOf,
            String causedBy,
            String requestedBy) {}

    /**
     * Queues a run; a wish whose key was used before gives the run of that time.
     *
     * @throws PlatformException UNPROCESSABLE when the key was used for another wish; CONFLICT when the pipeline is busy and
     *     leaves runs out then
     */
    @Transactional
    public Run queue(Wish wish) {
        Definition definition = definitions.get(wish.pipeline());
        Optional<Run> earlier = runs.findByTrigger(wish.pipeline(), wish.triggerKey());
        if (earlier.isPresent()) {
            return same(earlier.get(), wish);
        }
        PipelineSpec spec = definition.spec();
        if (spec.run().skipWhenBusy() && runs.busy(wish.pipeline())) {
            throw PlatformException.conflict(
                    "A run of " + wish.pipeline() + " is under way, and whenBusy is skip: " + wish.triggerKey());
        }
        Instant now = clock.instant();
        ObjectNode params = json.createObjectNode();
        params.put("asOf", asOf(wish, spec.asOfDefault(), now).toString());
        Run run = new Run(
                UUID.randomUUID(),
                definition.name(),
                definition.revision(),
                definition.model(),
                RunState.QUEUED,
                wish.trigger(),
                params,
                wish.causedBy(),
                wish.requestedBy(),
                now,
                null,
                null,
                null,
                null,
                null,
                0,
                0);
        if (!runs.add(run, wish.triggerKey())) {
            // Another replica was faster; its transaction has ended, for the unique key made this one wait.
            return same(
                    runs.findByTrigger(wish.pipeline(), wish.triggerKey())
                            .orElseThrow(() -> PlatformException.notFound("run", wish.triggerKey())),
                    wish);
        }
        steps.add(run.id(), stepNames(spec));
        metrics.queued(run);
        LOG.infof(
                "run queued run=%s pipeline=%s trigger=%s cause=%s",
                run.id(), run.pipeline(), run.trigger(), run.causedBy());
        return run;
    }

    private static Run same(Run earlier, Wish wish) {
        Instant asOf = wish.asOf();
        boolean sameTime = asOf == null || wish.trigger().equals(SCHEDULE) || asOf.equals(earlier.asOf());
        if (!sameTime
                || !earlier.trigger().equals(wish.trigger())
                || !earlier.causedBy().equals(wish.causedBy())) {
            throw new PlatformException(
                    ErrorCode.UNPROCESSABLE,
                    "The key was used before for another run of " + wish.pipeline() + ": " + wish.triggerKey());
        }
        return earlier;
    }

    /** A schedule brings its instant, which the pipeline's default may set aside; anyone else's word counts. */
    private static Instant asOf(Wish wish, String byDefault, Instant now) {
        Instant given = wish.asOf();
        boolean scheduled = wish.trigger().equals(SCHEDULE);
        if (given != null && (!scheduled || byDefault.equals("scheduled"))) {
            return given;
        }
        return byDefault.equals("scheduled") || byDefault.equals("now") ? now : Instant.parse(byDefault);
    }

    private static List<String> stepNames(PipelineSpec spec) {
        return Arrays.stream(StepName.values())
                .filter(name -> name != StepName.DEPLOY || spec.deploy() != null)
                .map(StepName::wire)
                .toList();
    }

    @Transactional
    Optional<Run> claim(String worker, Duration lease) {
        return runs.claim(worker, lease, clock.instant());
    }

    @Transactional
    LeaseLost heartbeat(Run run, Duration lease) {
        return runs.heartbeat(run, lease);
    }

    /** Gives a run back at once, for a worker that shuts down. */
    @Transactional
    void release(Run run) {
        runs.release(run);
    }

    /** Whether the worker still holds the run; the step is under way now if so. */
    @Transactional
    boolean startStep(Run run, StepName step) {
        return steps.start(run, step.wire(), clock.instant());
    }

    /** Keeps how a step ended; answers whether the worker still held the run. */
    @Transactional
    boolean endStep(Run run, StepEnd end) {
        return end(run, end);
    }

    /** Ends a step and with it the run: a rejected candidate must not be found with its gates done and the run still open. */
    @Transactional
    void endRun(Run run, StepEnd end, RunState state, String reason) {
        if (end(run, end)) {
            finish(run, state, reason);
        }
    }

    /** Ends a run and says so; nothing happens when the lease was lost. */
    @Transactional
    void endRun(Run run, RunState state, @Nullable String reason) {
        finish(run, state, reason);
    }

    private boolean end(Run run, StepEnd end) {
        if (!steps.end(run, end, clock.instant())) {
            return false;
        }
        JsonNode output = end.output();
        if (end.step() == StepName.REGISTER && output != null) {
            runs.registered(
                    run,
                    output.path("version").asInt(),
                    output.path("trackingRunId").asText(null));
        }
        return true;
    }

    private void finish(Run run, RunState state, @Nullable String reason) {
        Instant now = clock.instant();
        if (runs.finish(run, state, reason, now)) {
            closed(get(run.id()), now);
        }
    }

    /** Everything that goes with the end of a run, in the transaction that ends it. */
    private void closed(Run run, Instant now) {
        if (run.state().abandonsSteps()) {
            steps.abandon(run.id(), run.reason() == null ? run.state().name() : run.reason(), now);
        }
        Map<String, Object> data = new HashMap<>();
        data.put("runId", run.id().toString());
        data.put("pipeline", run.pipeline());
        data.put("model", run.model());
        data.put("state", run.state().name());
        data.put("registeredVersion", run.registeredVersion());
        events.append("pipeline.run.finished", run.pipeline(), data, run.causedBy());
        metrics.finished(run, run.state(), now);
        LOG.infof(
                "run finished run=%s pipeline=%s state=%s version=%s reason=%s",
                run.id(), run.pipeline(), run.state(), run.registeredVersion(), run.reason());
    }

    /** Stops a run that has not finished; its worker notices at its next heartbeat and can write nothing from now on. */
    @Transactional
    public Run cancel(UUID id, String user) {
        Instant now = clock.instant();
        if (!runs.move(id, RunState.CANCELLED.previous(), RunState.CANCELLED, "cancelled by " + user, now)) {
            throw PlatformException.conflict("The run has finished as " + get(id).state());
        }
        closed(get(id), now);
        return get(id);
    }

    /** A person's word on a held run: it goes on to be registered, or it is rejected. */
    @Transactional
    public Run decide(UUID id, boolean approve, String reason, String user) {
        Run run = get(id);
        Instant now = clock.instant();
        String text = (approve ? "approved by " : "rejected by ") + user + ": " + reason;
        Set<RunState> held = Set.of(RunState.HELD);
        boolean moved = approve
                ? runs.move(id, held, RunState.QUEUED, text, null)
                : runs.move(id, held, RunState.REJECTED, text, now);
        if (!moved) {
            throw PlatformException.conflict("Only a held run can be decided; this one is " + run.state());
        }
        if (!approve) {
            closed(get(id), now);
        }
        LOG.infof("run decided run=%s approved=%s by=%s", id, approve, user);
        return get(id);
    }

    /** The output of an earlier run's step with the same cache key. */
    @Transactional
    Optional<JsonNode> cached(StepName step, String cacheKey) {
        return steps.cached(step.wire(), cacheKey);
    }

    /**
     * Digests of the step files that are still needed: by a run that may go on, by a registered version (to compare with and
     * to train again), or by an output that another run may take over.
     *
     * @param cachedSince outputs that are older are not kept for other runs
     */
    @Transactional
    public Set<String> filesInUse(Instant cachedSince) {
        return steps.filesInUse(cachedSince);
    }

    @Transactional
    public Run get(UUID id) {
        return runs.find(id).orElseThrow(() -> PlatformException.notFound("run", id.toString()));
    }

    @Transactional
    List<StepRun> steps(UUID id) {
        return steps.list(id);
    }

    /** Runs, newest first, after the key of the last page's last run. */
    @Transactional
    List<Run> list(
            @Nullable String pipeline,
            @Nullable String state,
            @Nullable Instant before,
            @Nullable UUID beforeId,
            int limit) {
        return runs.list(pipeline, state, before, beforeId, limit);
    }
}
