package io.millrace.registry.run;

import io.millrace.common.error.PlatformException;
import io.millrace.common.http.Page;
import io.millrace.registry.access.AccessService;
import io.millrace.registry.access.Level;
import io.millrace.registry.audit.AuditService;
import io.millrace.registry.experiment.Experiment;
import io.millrace.registry.experiment.ExperimentService;
import io.millrace.registry.run.MetricStore.ModelStanding;
import io.millrace.registry.run.RunStore.Standing;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Keeps runs and what they log. */
@ApplicationScoped
public class RunService {

    /** The tag that MLflow clients keep equal to the run's name. */
    private static final String NAME_TAG = "mlflow.runName";

    private static final int MAX_RUNS = 50_000;

    private final RunStore runs;
    private final RunSearchStore searches;
    private final MetricStore metrics;
    private final MetricWriter writer;
    private final ExperimentService experiments;
    private final AuditService audit;
    private final Clock clock;

    RunService(
            RunStore runs,
            RunSearchStore searches,
            MetricStore metrics,
            MetricWriter writer,
            ExperimentService experiments,
            AuditService audit,
            Clock clock) {
        this.runs = runs;
        this.searches = searches;
        this.metrics = metrics;
        this.writer = writer;
        this.experiments = experiments;
        this.audit = audit;
        this.clock = clock;
    }

    /** What a new run is made of; a missing name is made up, a missing start is now. */
    public record NewRun(
            String experimentId,
            @Nullable String name,
            String userId,
            @Nullable Instant startAt,
            Map<String, String> tags,
            String causedBy) {}

    @Transactional
    public Run create(NewRun request) {
        Experiment experiment = experiments.getActive(request.experimentId());
        String runId = UUID.randomUUID().toString().replace("-", "");
        Map<String, String> tags = new HashMap<>(request.tags());
        String name = request.name();
        String tagged = tags.get(NAME_TAG);
        if (name != null && !name.isEmpty() && tagged != null && !tagged.equals(name)) {
            throw PlatformException.invalid(
                    "/run_name", "and the tag " + NAME_TAG + " differ: '" + name + "' and '" + tagged + "'");
        }
        if (name == null || name.isEmpty()) {
            name = tagged == null ? "run-" + runId.substring(0, 8) : tagged;
        }
        tags.put(NAME_TAG, name);
        RunBatch batch = new RunBatch(List.of(), Map.of(), tags, List.of());
        Instant start = request.startAt() == null ? clock.instant() : request.startAt();
        runs.create(new Run(
                runId,
                experiment.experimentId(),
                name,
                RunStatus.RUNNING,
                request.userId(),
                start,
                null,
                "active",
                request.causedBy(),
                "",
                Map.of(),
                Map.of(),
                List.of()));
        runs.setTags(runId, batch.tags());
        return get(runId);
    }

    /** Fails when there is no such run for the caller; reads no more than that. */
    @Transactional
    public void checkExists(String runId) {
        standing(runId);
    }

    private Standing standing(String runId) {
        return runs.standing(runId).orElseThrow(() -> PlatformException.notFound("run", runId));
    }

    @Transactional
    public Run get(String runId) {
        return runs.find(runId).orElseThrow(() -> PlatformException.notFound("run", runId));
    }

    /** The run, which must not be deleted and which the caller may change. */
    @Transactional
    public Run getActive(String runId) {
        checkActive(runId);
        return get(runId);
    }

    @Transactional
    public Run update(String runId, @Nullable RunStatus status, @Nullable Instant endAt, @Nullable String name) {
        checkActive(runId);
        String newName = name == null || name.isEmpty() ? null : name;
        if (newName != null) {
            runs.setTags(runId, new RunBatch(List.of(), Map.of(), Map.of(NAME_TAG, newName), List.of()).tags());
        }
        runs.update(runId, status, endAt, newName);
        return get(runId);
    }

    /** Softly deletes or restores; doing it twice is harmless. */
    @Transactional
    public void setDeleted(String runId, boolean deleted) {
        Run before = get(runId);
        checkEditable(standing(runId));
        runs.stage(runId, deleted ? "deleted" : "active");
        audit.record(
                deleted ? "run.deleted" : "run.restored",
                "run",
                runId,
                Map.of("experimentId", before.experimentId(), "stage", before.lifecycleStage()),
                Map.of("experimentId", before.experimentId(), "stage", deleted ? "deleted" : "active"));
    }

    /** Fails when the run is not there, deleted, or not the caller's to change; reads no more than that. */
    @Transactional
    public void checkActive(String runId) {
        Standing standing = standing(runId);
        checkEditable(standing);
        if (!standing.active()) {
            throw notActive(runId);
        }
    }

    private static void checkEditable(Standing standing) {
        if (!standing.editable()) {
            throw AccessService.refused("experiment", standing.experimentId(), Level.EDIT);
        }
    }

    private static PlatformException notActive(String runId) {
        return PlatformException.invalid("/run_id", "The run " + runId + " must be in the 'active' state.");
    }

    /** Logs everything or nothing. The same batch again changes nothing. */
    @Transactional
    public void log(String runId, RunBatch batch) {
        if (batch.onlyMetrics()) {
            // -- in a transaction of its own: a connection held while the writer waits for one could starve it
            QuarkusTransaction.requiringNew().run(() -> checkEditable(standing(runId)));
            String stage = writer.write(new RunMetrics(runId, batch.metrics()))
                    .orElseThrow(() -> PlatformException.notFound("run", runId));
            if (!stage.equals("active")) {
                throw notActive(runId);
            }
            return;
        }
        checkActive(runId);
        if (!batch.params().isEmpty()) {
            runs.addParams(runId, batch.params()).ifPresent(there -> {
                String key = there.getKey();
                throw PlatformException.invalid(
                        "/params/" + key,
                        "Changing param values is not allowed. Param with key='" + key
                                + "' was already logged with value='" + there.getValue() + "' for run ID='" + runId
                                + "'. Attempted logging new value '"
                                + batch.params().get(key) + "'.");
            });
        }
        if (!batch.tags().isEmpty()) {
            runs.setTags(runId, batch.tags());
            String renamed = batch.tags().get(NAME_TAG);
            if (renamed != null) {
                runs.update(runId, null, null, renamed);
            }
        }
        if (!batch.metrics().isEmpty()) {
            metrics.add(List.of(new RunMetrics(runId, batch.metrics())));
        }
        if (!batch.modelMetrics().isEmpty()) {
            checkModels(batch.modelMetrics());
            metrics.addOfModels(runId, batch.modelMetrics());
        }
    }

    /** Who measures a logged model changes it. */
    private void checkModels(List<ModelMetric> measured) {
        List<String> ids =
                measured.stream().map(ModelMetric::modelId).distinct().toList();
        for (ModelStanding model : metrics.standings(ids)) {
            if (!model.seen()) {
                throw PlatformException.notFound("logged model", model.modelId());
            }
            if (!model.editable()) {
                throw AccessService.refused("experiment", model.experimentId(), Level.EDIT);
            }
        }
    }

    @Transactional
    public void deleteTag(String runId, String key) {
        checkActive(runId);
        if (!runs.deleteTag(runId, key)) {
            throw PlatformException.notFound("tag", key);
        }
    }

    /** Points of one metric in the order of logging, at most {@code limit}. */
    @Transactional
    public Page<Metric> history(String runId, String key, @Nullable String pageToken, int limit) {
        checkExists(runId);
        return metrics.history(runId, key, pageToken, limit);
    }

    /** Points of one metric of several runs in the order of run, time, step. */
    @Transactional
    public List<RunMetric> histories(List<String> runIds, String key, int limit) {
        return metrics.histories(runs.seen(runIds), key, limit);
    }

    /**
     * Points of one metric of several runs for a plot: at most {@code limit} steps, evenly taken from all that any of the
     * runs has, and those at which one of the runs begins or ends. Runs come in the order of {@code runIds}.
     */
    @Transactional
    public List<RunMetric> sampled(
            List<String> runIds, String key, @Nullable Long startStep, @Nullable Long endStep, int limit) {
        Set<String> seen = new HashSet<>(runs.seen(runIds));
        return metrics.sampled(
                runIds.stream().distinct().filter(seen::contains).toList(),
                key,
                startStep == null ? Long.MIN_VALUE : startStep,
                endStep == null ? Long.MAX_VALUE : endStep,
                limit);
    }

    /** Runs that match, in the search's order. */
    @Transactional
    public Page<Run> search(RunSearch search) {
        if (search.limit() < 1 || search.limit() > MAX_RUNS) {
            throw PlatformException.invalid(
                    "/max_results",
                    "Invalid value " + search.limit() + " for parameter 'max_results' supplied: must be between 1 and "
                            + MAX_RUNS);
        }
        return searches.search(search);
    }
}
