package io.millrace.registry.run;

import io.millrace.common.error.PlatformException;
import io.millrace.registry.experiment.Experiment;
import io.millrace.registry.experiment.ExperimentService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Keeps runs and what they log. */
@ApplicationScoped
public class RunService {

    /** The tag that MLflow clients keep equal to the run's name. */
    private static final String NAME_TAG = "mlflow.runName";

    private static final int MAX_RUNS = 50_000;

    private final RunStore runs;
    private final MetricStore metrics;
    private final ExperimentService experiments;
    private final Clock clock;

    RunService(RunStore runs, MetricStore metrics, ExperimentService experiments, Clock clock) {
        this.runs = runs;
        this.metrics = metrics;
        this.experiments = experiments;
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
        RunBatch batch = new RunBatch(List.of(), Map.of(), tags);
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

    @Transactional
    public Run get(String runId) {
        return runs.find(runId).orElseThrow(() -> PlatformException.notFound("run", runId));
    }

    /** The run, which must not be deleted. */
    @Transactional
    public Run getActive(String runId) {
        Run run = get(runId);
        if (!run.active()) {
            throw PlatformException.invalid("/run_id", "The run " + runId + " must be in the 'active' state.");
        }
        return run;
    }

    @Transactional
    public Run update(String runId, @Nullable RunStatus status, @Nullable Instant endAt, @Nullable String name) {
        getActive(runId);
        String newName = name == null || name.isEmpty() ? null : name;
        if (newName != null) {
            runs.setTags(runId, new RunBatch(List.of(), Map.of(), Map.of(NAME_TAG, newName)).tags());
        }
        runs.update(runId, status, endAt, newName);
        return get(runId);
    }

    /** Softly deletes or restores; doing it twice is harmless. */
    @Transactional
    public void setDeleted(String runId, boolean deleted) {
        get(runId);
        runs.stage(runId, deleted ? "deleted" : "active");
    }

    /** Logs everything or nothing. The same batch again changes nothing. */
    @Transactional
    public void log(String runId, RunBatch batch) {
        getActive(runId);
        batch.params().keySet().stream().sorted().forEach(key -> {
            String value = batch.params().getOrDefault(key, "");
            Optional<String> other = runs.addParam(runId, key, value);
            if (other.isPresent()) {
                throw PlatformException.invalid(
                        "/params/" + key,
                        "Changing param values is not allowed. Param with key='" + key
                                + "' was already logged with value='"
                                + other.get() + "' for run ID='" + runId + "'. Attempted logging new value '" + value
                                + "'.");
            }
        });
        runs.setTags(runId, batch.tags());
        String renamed = batch.tags().get(NAME_TAG);
        if (renamed != null) {
            runs.update(runId, null, null, renamed);
        }
        metrics.add(runId, batch.metrics());
    }

    @Transactional
    public void deleteTag(String runId, String key) {
        getActive(runId);
        if (!runs.deleteTag(runId, key)) {
            throw PlatformException.notFound("tag", key);
        }
    }

    /** Points of one metric in the order of time, step, value, after the given one ({@code null} for the first). */
    @Transactional
    public List<Metric> history(String runId, String key, @Nullable Metric after, int limit) {
        get(runId);
        Metric start =
                after == null ? new Metric(key, Double.NEGATIVE_INFINITY, Long.MIN_VALUE, Long.MIN_VALUE) : after;
        return metrics.history(runId, key, start, limit);
    }

    /** Runs that match, in the search's order. */
    @Transactional
    public List<Run> search(RunSearch search) {
        if (search.limit() < 1 || search.limit() > MAX_RUNS + 1) {
            throw PlatformException.invalid("/max_results", "must be between 1 and " + MAX_RUNS);
        }
        if (search.experimentIds().isEmpty()) {
            return List.of();
        }
        RunSearch.Statement statement = search.statement();
        return runs.select(statement.sql(), statement.arguments());
    }
}
