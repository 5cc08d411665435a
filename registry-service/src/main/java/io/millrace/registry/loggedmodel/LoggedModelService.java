package io.millrace.registry.loggedmodel;

import io.millrace.common.error.PlatformException;
import io.millrace.common.http.Page;
import io.millrace.registry.access.AccessService;
import io.millrace.registry.access.Level;
import io.millrace.registry.experiment.Experiment;
import io.millrace.registry.experiment.ExperimentService;
import io.millrace.registry.run.RunService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Keeps logged models. */
@ApplicationScoped
public class LoggedModelService {

    private static final int MAX_NAME = 500;
    private static final int MAX_PAGE = 1000;

    private final LoggedModelStore models;
    private final AccessService access;
    private final ExperimentService experiments;
    private final RunService runs;
    private final Clock clock;

    LoggedModelService(
            LoggedModelStore models,
            AccessService access,
            ExperimentService experiments,
            RunService runs,
            Clock clock) {
        this.models = models;
        this.access = access;
        this.experiments = experiments;
        this.runs = runs;
        this.clock = clock;
    }

    /** What a new logged model is made of; a missing name is made up. */
    public record NewModel(
            String experimentId,
            @Nullable String name,
            String modelType,
            @Nullable String sourceRunId,
            Map<String, String> params,
            Map<String, String> tags,
            String createdBy) {}

    @Transactional
    public LoggedModel create(NewModel request) {
        Experiment experiment = experiments.getActive(request.experimentId());
        String name = request.name();
        if (name != null && (name.isEmpty() || name.length() > MAX_NAME || name.matches("(?s).*[/:.%\"'].*"))) {
            throw PlatformException.invalid(
                    "/name",
                    "Invalid value '" + name + "' for parameter 'name' supplied: it must be 1 to " + MAX_NAME
                            + " characters without / : . % \" and '");
        }
        String source = request.sourceRunId();
        if (source != null) {
            runs.get(source);
        }
        String digits = UUID.randomUUID().toString().replace("-", "");
        Instant now = clock.instant();
        LoggedModel model = new LoggedModel(
                "m-" + digits,
                experiment.experimentId(),
                experiment.artifactLocation(),
                name == null ? "model-" + digits.substring(0, 8) : name,
                request.modelType(),
                source,
                LoggedModelStatus.PENDING,
                request.createdBy(),
                now,
                now,
                request.params(),
                request.tags(),
                List.of(),
                List.of());
        models.create(model);
        models.addParams(model.modelId(), request.params());
        models.setTags(model.modelId(), request.tags());
        return get(model.modelId());
    }

    @Transactional
    public LoggedModel get(String modelId) {
        return models.find(modelId).orElseThrow(() -> PlatformException.notFound("logged model", modelId));
    }

    /** Fails when there is no such logged model or the caller may not change it. */
    @Transactional
    public void checkWritable(String modelId) {
        access.checkExperiment(get(modelId).experimentId(), Level.EDIT);
    }

    @Transactional
    public LoggedModel finish(String modelId, LoggedModelStatus status) {
        checkWritable(modelId);
        models.status(modelId, status, clock.instant());
        return get(modelId);
    }

    /** Softly deletes. */
    @Transactional
    public void delete(String modelId) {
        checkWritable(modelId);
        models.stage(modelId, "deleted", clock.instant());
    }

    @Transactional
    public LoggedModel setTags(String modelId, Map<String, String> tags) {
        checkWritable(modelId);
        models.setTags(modelId, tags);
        return get(modelId);
    }

    @Transactional
    public void deleteTag(String modelId, String key) {
        checkWritable(modelId);
        if (!models.deleteTag(modelId, key)) {
            throw PlatformException.notFound("tag of logged model " + modelId, key);
        }
    }

    /** Adds parameters; one that is there keeps its value. */
    @Transactional
    public void addParams(String modelId, Map<String, String> params) {
        checkWritable(modelId);
        models.addParams(modelId, params);
    }

    @Transactional
    public Page<LoggedModel> search(LoggedModelSearch search) {
        if (search.limit() < 1 || search.limit() > MAX_PAGE) {
            throw PlatformException.invalid(
                    "/max_results",
                    "Invalid value " + search.limit() + " for parameter 'max_results' supplied: must be between 1 and "
                            + MAX_PAGE);
        }
        return models.search(search);
    }

    /** Notes which logged models a run read or made. */
    @Transactional
    public void link(String runId, List<RunModel> linked) {
        runs.checkActive(runId);
        linked.forEach(model -> get(model.modelId()));
        models.link(runId, linked);
    }

    /** What each of the runs read and made. */
    @Transactional
    public Map<String, List<RunModel>> ofRuns(List<String> runIds) {
        return runIds.isEmpty() ? Map.of() : models.ofRuns(runIds);
    }
}
