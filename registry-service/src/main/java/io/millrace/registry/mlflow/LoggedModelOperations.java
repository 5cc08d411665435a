package io.millrace.registry.mlflow;

import static io.millrace.registry.mlflow.MlflowJson.list;
import static io.millrace.registry.mlflow.MlflowJson.optional;
import static io.millrace.registry.mlflow.MlflowJson.required;
import static io.millrace.registry.mlflow.MlflowJson.text;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.millrace.common.http.Page;
import io.millrace.registry.loggedmodel.LoggedModel;
import io.millrace.registry.loggedmodel.LoggedModelSearch;
import io.millrace.registry.loggedmodel.LoggedModelSearch.MeasuredOn;
import io.millrace.registry.loggedmodel.LoggedModelSearch.Order;
import io.millrace.registry.loggedmodel.LoggedModelService;
import io.millrace.registry.loggedmodel.LoggedModelService.NewModel;
import io.millrace.registry.loggedmodel.LoggedModelStatus;
import io.millrace.registry.mlflow.Wire.LoggedModelMessage;
import io.millrace.registry.mlflow.Wire.Pair;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operations on logged models, which MLflow's clients from 3 on need to log any model. */
@ApplicationScoped
class LoggedModelOperations implements MlflowOperations {

    private static final int DEFAULT_PAGE = 100;

    private final LoggedModelService models;
    private final SecurityIdentity caller;

    LoggedModelOperations(LoggedModelService models, SecurityIdentity caller) {
        this.models = models;
        this.caller = caller;
    }

    record Create(
            @Nullable String experimentId,
            @Nullable String name,
            @Nullable String modelType,
            @Nullable String sourceRunId,
            @Nullable List<Pair> params,
            @Nullable List<Pair> tags) {}

    record ById(@Nullable String modelId) {}

    record One(LoggedModelMessage model) {}

    record Finish(@Nullable String modelId, @Nullable String status) {}

    record Tags(@Nullable String modelId, @Nullable List<Pair> tags) {}

    record Tag(@Nullable String modelId, @Nullable String tagKey) {}

    record Params(@Nullable String modelId, @Nullable List<Pair> params) {}

    record DatasetFilter(
            @Nullable String datasetName, @Nullable String datasetDigest) {}

    record OrderBy(
            @Nullable String fieldName,
            @Nullable Boolean ascending,
            @Nullable String datasetName,
            @Nullable String datasetDigest) {}

    record Search(
            @Nullable List<String> experimentIds,
            @Nullable String filter,
            @Nullable List<DatasetFilter> datasets,
            @Nullable Integer maxResults,
            @Nullable List<OrderBy> orderBy,
            @Nullable String pageToken) {}

    record Found(List<LoggedModelMessage> models, @Nullable String nextPageToken) {}

    @Override
    public List<Operation<?>> operations() {
        return List.of(
                new Operation<>("POST", "logged-models", Roles.ENGINEER, Create.class, this::create),
                new Operation<>("POST", "logged-models/search", Roles.VIEWER, Search.class, this::search),
                new Operation<>("GET", "logged-models/{model_id}", Roles.VIEWER, ById.class, this::get),
                new Operation<>("PATCH", "logged-models/{model_id}", Roles.ENGINEER, Finish.class, this::finish),
                new Operation<>("DELETE", "logged-models/{model_id}", Roles.ENGINEER, ById.class, this::delete),
                new Operation<>("PATCH", "logged-models/{model_id}/tags", Roles.ENGINEER, Tags.class, this::setTags),
                new Operation<>(
                        "DELETE",
                        "logged-models/{model_id}/tags/{tag_key}",
                        Roles.ENGINEER,
                        Tag.class,
                        this::deleteTag),
                new Operation<>(
                        "POST", "logged-models/{model_id}/params", Roles.ENGINEER, Params.class, this::addParams));
    }

    private Object create(Create request) {
        return one(models.create(new NewModel(
                required("experiment_id", request.experimentId()),
                request.name(),
                text(request.modelType()),
                optional(request.sourceRunId()),
                Wire.map("params", request.params()),
                Wire.map("tags", request.tags()),
                caller.getPrincipal().getName())));
    }

    private static One one(LoggedModel model) {
        return new One(LoggedModelMessage.of(model));
    }

    private Object get(ById request) {
        return one(models.get(required("model_id", request.modelId())));
    }

    private Object finish(Finish request) {
        LoggedModelStatus status = switch (required("status", request.status())) {
            case "LOGGED_MODEL_READY", "2" -> LoggedModelStatus.READY;
            case "LOGGED_MODEL_UPLOAD_FAILED", "3" -> LoggedModelStatus.UPLOAD_FAILED;
            default ->
                throw MlflowJson.invalid(
                        "status",
                        "\"" + request.status() + "\"",
                        "it must be LOGGED_MODEL_READY or LOGGED_MODEL_UPLOAD_FAILED");
        };
        return one(models.finish(required("model_id", request.modelId()), status));
    }

    private Object delete(ById request) {
        models.delete(required("model_id", request.modelId()));
        return Operation.EMPTY;
    }

    private Object setTags(Tags request) {
        return one(models.setTags(required("model_id", request.modelId()), Wire.map("tags", request.tags())));
    }

    private Object deleteTag(Tag request) {
        models.deleteTag(required("model_id", request.modelId()), required("tag_key", request.tagKey()));
        return Operation.EMPTY;
    }

    private Object addParams(Params request) {
        models.addParams(required("model_id", request.modelId()), Wire.map("params", request.params()));
        return Operation.EMPTY;
    }

    private Object search(Search request) {
        List<String> experiments = list(request.experimentIds());
        if (experiments.isEmpty()) {
            throw MlflowJson.missing("experiment_ids");
        }
        experiments.stream().filter(id -> !id.matches("\\d{1,18}")).findFirst().ifPresent(id -> {
            throw PlatformException.notFound("experiment", id);
        });
        Integer max = request.maxResults();
        Page<LoggedModel> page = models.search(new LoggedModelSearch(
                experiments,
                request.filter(),
                list(request.datasets()).stream()
                        .map(d -> new MeasuredOn(
                                required("datasets.dataset_name", d.datasetName()), text(d.datasetDigest())))
                        .toList(),
                list(request.orderBy()).stream()
                        .map(o -> new Order(
                                required("order_by.field_name", o.fieldName()),
                                !Boolean.FALSE.equals(o.ascending()),
                                new MeasuredOn(text(o.datasetName()), text(o.datasetDigest()))))
                        .toList(),
                max == null ? DEFAULT_PAGE : max,
                optional(request.pageToken())));
        return new Found(page.items().stream().map(LoggedModelMessage::of).toList(), page.nextPageToken());
    }
}
