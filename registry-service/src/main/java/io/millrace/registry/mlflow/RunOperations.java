package io.millrace.registry.mlflow;

import static io.millrace.registry.mlflow.MlflowJson.list;
import static io.millrace.registry.mlflow.MlflowJson.optional;
import static io.millrace.registry.mlflow.MlflowJson.present;
import static io.millrace.registry.mlflow.MlflowJson.required;
import static io.millrace.registry.mlflow.MlflowJson.text;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.millrace.common.http.Page;
import io.millrace.registry.dataset.Dataset;
import io.millrace.registry.dataset.DatasetInput;
import io.millrace.registry.dataset.DatasetService;
import io.millrace.registry.loggedmodel.LoggedModelService;
import io.millrace.registry.loggedmodel.RunModel;
import io.millrace.registry.mlflow.Wire.DatasetInputMessage;
import io.millrace.registry.mlflow.Wire.DatasetMessage;
import io.millrace.registry.mlflow.Wire.ModelInput;
import io.millrace.registry.mlflow.Wire.ModelOutput;
import io.millrace.registry.mlflow.Wire.Pair;
import io.millrace.registry.mlflow.Wire.RunInfo;
import io.millrace.registry.mlflow.Wire.RunMessage;
import io.millrace.registry.run.Run;
import io.millrace.registry.run.RunSearch;
import io.millrace.registry.run.RunService;
import io.millrace.registry.run.RunService.NewRun;
import io.millrace.registry.run.RunStatus;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operations on runs as a whole; what they log is in {@link LogOperations}. */
@ApplicationScoped
class RunOperations implements MlflowOperations {

    private static final int DEFAULT_PAGE = 1000;

    private final RunService runs;
    private final DatasetService datasets;
    private final LoggedModelService models;
    private final SecurityIdentity caller;

    RunOperations(RunService runs, DatasetService datasets, LoggedModelService models, SecurityIdentity caller) {
        this.runs = runs;
        this.datasets = datasets;
        this.models = models;
        this.caller = caller;
    }

    record Create(
            @Nullable String experimentId,
            @Nullable String userId,
            @Nullable String runName,
            @Nullable Long startTime,
            @Nullable List<Pair> tags) {}

    record One(RunMessage run) {}

    record Update(
            @Nullable String runId,
            @Nullable String runUuid,
            @Nullable String status,
            @Nullable Long endTime,
            @Nullable String runName) {}

    record Updated(RunInfo runInfo) {}

    record ById(@Nullable String runId, @Nullable String runUuid) {

        String id() {
            return RunOperations.id(runId, runUuid);
        }
    }

    record Search(
            @Nullable List<String> experimentIds,
            @Nullable String filter,
            @Nullable String runViewType,
            @Nullable Integer maxResults,
            @Nullable List<String> orderBy,
            @Nullable String pageToken) {}

    record Found(List<RunMessage> runs, @Nullable String nextPageToken) {}

    record LogInputs(
            @Nullable String runId,
            @Nullable List<DatasetInputMessage> datasets,
            @Nullable List<ModelInput> models) {}

    record LogOutputs(@Nullable String runId, @Nullable List<ModelOutput> models) {}

    @Override
    public List<Operation<?>> operations() {
        return List.of(
                new Operation<>("POST", "runs/create", Roles.ENGINEER, Create.class, this::create),
                new Operation<>("GET", "runs/get", Roles.VIEWER, ById.class, this::get),
                new Operation<>("POST", "runs/update", Roles.ENGINEER, Update.class, this::update),
                new Operation<>("POST", "runs/delete", Roles.ENGINEER, ById.class, r -> setDeleted(r, true)),
                new Operation<>("POST", "runs/restore", Roles.ENGINEER, ById.class, r -> setDeleted(r, false)),
                new Operation<>("POST", "runs/search", Roles.VIEWER, Search.class, this::search),
                new Operation<>("POST", "runs/log-inputs", Roles.ENGINEER, LogInputs.class, this::logInputs),
                new Operation<>("POST", "runs/outputs", Roles.ENGINEER, LogOutputs.class, this::logOutputs));
    }

    /** Old clients send a run's id in another field. */
    static String id(@Nullable String runId, @Nullable String runUuid) {
        return required("run_id", optional(runId) == null ? runUuid : runId);
    }

    private Object create(Create request) {
        String actor = caller.getPrincipal().getName();
        Long start = request.startTime();
        Run run = runs.create(new NewRun(
                optional(request.experimentId()) == null ? "0" : text(request.experimentId()),
                optional(request.runName()),
                optional(request.userId()) == null ? actor : text(request.userId()),
                start == null || start == 0 ? null : instant("start_time", start),
                Wire.map("tags", request.tags()),
                "user:" + actor));
        return new One(RunMessage.of(run, List.of(), List.of()));
    }

    private Object get(ById request) {
        return new One(messages(List.of(runs.get(request.id()))).get(0));
    }

    private List<RunMessage> messages(List<Run> found) {
        List<String> ids = found.stream().map(Run::runId).toList();
        Map<String, List<DatasetInput>> inputs = datasets.ofRuns(ids);
        Map<String, List<RunModel>> linked = models.ofRuns(ids);
        return found.stream()
                .map(run -> RunMessage.of(
                        run, inputs.getOrDefault(run.runId(), List.of()), linked.getOrDefault(run.runId(), List.of())))
                .toList();
    }

    private Object update(Update request) {
        Long end = request.endTime();
        Run run = runs.update(
                id(request.runId(), request.runUuid()),
                status(request.status()),
                end == null ? null : instant("end_time", end),
                optional(request.runName()));
        return new Updated(RunInfo.of(run));
    }

    private static @Nullable RunStatus status(@Nullable String status) {
        if (optional(status) == null) {
            return null;
        }
        String name = text(status).toUpperCase(Locale.ROOT);
        RunStatus[] all = RunStatus.values();
        if (name.matches("[1-9]") && Integer.parseInt(name) <= all.length) {
            return all[Integer.parseInt(name) - 1];
        }
        for (RunStatus known : all) {
            if (known.name().equals(name)) {
                return known;
            }
        }
        throw MlflowJson.invalid("status", "\"" + status + "\"", "it must be one of " + List.of(all));
    }

    /** A time in milliseconds that PostgreSQL can keep. */
    private static Instant instant(String field, long millis) {
        if (millis < 0 || millis > 253_402_300_799_999L) {
            throw MlflowJson.invalid(field, Long.toString(millis), "it must be milliseconds between 1970 and 9999");
        }
        return Instant.ofEpochMilli(millis);
    }

    private Object setDeleted(ById request, boolean deleted) {
        runs.setDeleted(request.id(), deleted);
        return Operation.EMPTY;
    }

    private Object search(Search request) {
        Integer max = request.maxResults();
        List<String> experiments = list(request.experimentIds());
        experiments.stream().filter(id -> !id.matches("\\d{1,18}")).findFirst().ifPresent(id -> {
            throw PlatformException.notFound("experiment", id);
        });
        Page<Run> page = runs.search(new RunSearch(
                experiments,
                ExperimentOperations.stages(request.runViewType()),
                request.filter(),
                list(request.orderBy()),
                max == null ? DEFAULT_PAGE : max,
                optional(request.pageToken())));
        return new Found(messages(page.items()), page.nextPageToken());
    }

    private Object logInputs(LogInputs request) {
        String runId = required("run_id", request.runId());
        List<DatasetInput> inputs = new ArrayList<>();
        for (DatasetInputMessage message : list(request.datasets())) {
            DatasetMessage dataset = present("datasets[" + inputs.size() + "].dataset", message.dataset());
            inputs.add(new DatasetInput(
                    new Dataset(
                            text(dataset.name()),
                            text(dataset.digest()),
                            text(dataset.sourceType()),
                            text(dataset.source()),
                            dataset.schema(),
                            dataset.profile()),
                    Wire.map("datasets[" + inputs.size() + "].tags", message.tags())));
        }
        List<RunModel> read = list(request.models()).stream()
                .map(m -> new RunModel(required("models.model_id", m.modelId()), RunModel.Direction.INPUT, 0))
                .toList();
        runs.checkActive(runId);
        datasets.log(runId, inputs);
        models.link(runId, read);
        return Operation.EMPTY;
    }

    private Object logOutputs(LogOutputs request) {
        List<RunModel> made = list(request.models()).stream()
                .map(m -> new RunModel(
                        required("models.model_id", m.modelId()),
                        RunModel.Direction.OUTPUT,
                        m.step() == null ? 0 : m.step()))
                .toList();
        models.link(required("run_id", request.runId()), made);
        return Operation.EMPTY;
    }
}
