package io.millrace.registry.mlflow;

import static io.millrace.registry.mlflow.MlflowJson.list;
import static io.millrace.registry.mlflow.MlflowJson.optional;
import static io.millrace.registry.mlflow.MlflowJson.required;
import static io.millrace.registry.mlflow.MlflowJson.text;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.millrace.common.http.Page;
import io.millrace.registry.dataset.DatasetService;
import io.millrace.registry.experiment.Experiment;
import io.millrace.registry.experiment.ExperimentSearch;
import io.millrace.registry.experiment.ExperimentService;
import io.millrace.registry.mlflow.Wire.ExperimentMessage;
import io.millrace.registry.mlflow.Wire.Pair;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operations on experiments. */
@ApplicationScoped
class ExperimentOperations implements MlflowOperations {

    private static final int DEFAULT_PAGE = 1000;
    private static final int MAX_DATASET_EXPERIMENTS = 20;

    private final ExperimentService experiments;
    private final DatasetService datasets;

    ExperimentOperations(ExperimentService experiments, DatasetService datasets) {
        this.experiments = experiments;
        this.datasets = datasets;
    }

    record Create(
            @Nullable String name,
            @Nullable String artifactLocation,
            @Nullable List<Pair> tags) {}

    record Created(String experimentId) {}

    record ById(@Nullable String experimentId) {}

    record ByName(@Nullable String experimentName) {}

    record Found(ExperimentMessage experiment) {}

    record Search(
            @Nullable Integer maxResults,
            @Nullable String pageToken,
            @Nullable String filter,
            @Nullable List<String> orderBy,
            @Nullable String viewType) {}

    record FoundAll(
            List<ExperimentMessage> experiments, @Nullable String nextPageToken) {}

    record Rename(@Nullable String experimentId, @Nullable String newName) {}

    record SetTag(
            @Nullable String experimentId,
            @Nullable String key,
            @Nullable String value) {}

    record SearchDatasets(@Nullable List<String> experimentIds) {}

    record Summary(
            String experimentId,
            String name,
            String digest,
            @Nullable String context) {}

    record Summaries(List<Summary> datasetSummaries) {}

    @Override
    public List<Operation<?>> operations() {
        return List.of(
                new Operation<>("POST", "experiments/create", Roles.ENGINEER, Create.class, this::create),
                new Operation<>("GET", "experiments/get", Roles.VIEWER, ById.class, this::get),
                new Operation<>("GET", "experiments/get-by-name", Roles.VIEWER, ByName.class, this::getByName),
                new Operation<>("POST", "experiments/search", Roles.VIEWER, Search.class, this::search),
                new Operation<>("GET", "experiments/search", Roles.VIEWER, Search.class, this::search),
                new Operation<>("POST", "experiments/update", Roles.ENGINEER, Rename.class, this::rename),
                new Operation<>("POST", "experiments/delete", Roles.ENGINEER, ById.class, this::delete),
                new Operation<>("POST", "experiments/restore", Roles.ENGINEER, ById.class, this::restore),
                new Operation<>("POST", "experiments/set-experiment-tag", Roles.ENGINEER, SetTag.class, this::setTag),
                new Operation<>(
                        "POST", "experiments/delete-experiment-tag", Roles.ENGINEER, SetTag.class, this::deleteTag),
                new Operation<>(
                        "POST", "experiments/search-datasets", Roles.VIEWER, SearchDatasets.class, this::datasets));
    }

    private Object create(Create request) {
        String name = required("name", request.name());
        Experiment created =
                experiments.create(name, optional(request.artifactLocation()), Wire.map("tags", request.tags()));
        return new Created(created.experimentId());
    }

    private Object get(ById request) {
        return new Found(ExperimentMessage.of(experiments.get(required("experiment_id", request.experimentId()))));
    }

    private Object getByName(ByName request) {
        return new Found(
                ExperimentMessage.of(experiments.getByName(required("experiment_name", request.experimentName()))));
    }

    private Object search(Search request) {
        Integer max = request.maxResults();
        Page<Experiment> page = experiments.search(new ExperimentSearch(
                stages(request.viewType()),
                request.filter(),
                list(request.orderBy()),
                max == null ? DEFAULT_PAGE : max,
                optional(request.pageToken())));
        return new FoundAll(page.items().stream().map(ExperimentMessage::of).toList(), page.nextPageToken());
    }

    /** The lifecycle stages of a view type, by name or protobuf number. */
    static List<String> stages(@Nullable String viewType) {
        return switch (text(viewType)) {
            case "", "1", "ACTIVE_ONLY" -> List.of("active");
            case "2", "DELETED_ONLY" -> List.of("deleted");
            case "3", "ALL" -> List.of("active", "deleted");
            default ->
                throw MlflowJson.invalid(
                        "view_type", "\"" + viewType + "\"", "it must be ACTIVE_ONLY, DELETED_ONLY or ALL");
        };
    }

    private Object rename(Rename request) {
        String id = required("experiment_id", request.experimentId());
        experiments.rename(id, required("new_name", request.newName()));
        return Operation.EMPTY;
    }

    private Object delete(ById request) {
        experiments.delete(required("experiment_id", request.experimentId()));
        return Operation.EMPTY;
    }

    private Object restore(ById request) {
        experiments.restore(required("experiment_id", request.experimentId()));
        return Operation.EMPTY;
    }

    private Object setTag(SetTag request) {
        String id = required("experiment_id", request.experimentId());
        experiments.tag(id, Map.of(required("key", request.key()), text(request.value())));
        return Operation.EMPTY;
    }

    private Object deleteTag(SetTag request) {
        String id = required("experiment_id", request.experimentId());
        experiments.deleteTag(id, required("key", request.key()));
        return Operation.EMPTY;
    }

    private Object datasets(SearchDatasets request) {
        List<String> ids = list(request.experimentIds());
        if (ids.isEmpty()) {
            throw PlatformException.invalid(
                    "/experiment_ids", "SearchDatasets request must specify at least one experiment_id.");
        }
        if (ids.size() > MAX_DATASET_EXPERIMENTS) {
            throw PlatformException.invalid(
                    "/experiment_ids",
                    "SearchDatasets request cannot specify more than " + MAX_DATASET_EXPERIMENTS
                            + " experiment_ids. Received " + ids.size() + " experiment_ids.");
        }
        List<Long> numbers = ids.stream()
                .map(id -> Long.valueOf(experiments.get(id).experimentId()))
                .toList();
        return new Summaries(datasets.summaries(numbers).stream()
                .map(s -> new Summary(s.experimentId(), s.name(), s.digest(), s.context()))
                .toList());
    }
}
