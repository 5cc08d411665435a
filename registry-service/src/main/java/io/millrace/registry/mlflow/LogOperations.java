package io.millrace.registry.mlflow;

import static io.millrace.registry.mlflow.MlflowJson.list;
import static io.millrace.registry.mlflow.MlflowJson.optional;
import static io.millrace.registry.mlflow.MlflowJson.present;
import static io.millrace.registry.mlflow.MlflowJson.required;
import static io.millrace.registry.mlflow.MlflowJson.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.millrace.registry.mlflow.Wire.Pair;
import io.millrace.registry.run.Metric;
import io.millrace.registry.run.ModelMetric;
import io.millrace.registry.run.RunBatch;
import io.millrace.registry.run.RunService;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operations by which runs log. Each is all or nothing, and the same again changes nothing. */
@ApplicationScoped
class LogOperations implements MlflowOperations {

    /** MLflow cuts longer values short, unless a server is told not to. */
    private static final int MAX_PARAM = 6000;

    private static final int MAX_TAG = 8000;
    private static final String LOGGED_MODELS_TAG = "mlflow.log-model.history";

    private final RunService runs;
    private final ObjectMapper json;

    LogOperations(RunService runs, ObjectMapper json) {
        this.runs = runs;
        this.json = json;
    }

    record LogMetric(
            @Nullable String runId,
            @Nullable String runUuid,
            @Nullable String key,
            @Nullable Double value,
            @Nullable Long timestamp,
            @Nullable Long step,
            @Nullable String modelId,
            @Nullable String datasetName,
            @Nullable String datasetDigest) {}

    record LogPair(
            @Nullable String runId,
            @Nullable String runUuid,
            @Nullable String key,
            @Nullable String value) {

        String id() {
            return RunOperations.id(runId, runUuid);
        }
    }

    record LogBatch(
            @Nullable String runId,
            @Nullable List<LogMetric> metrics,
            @Nullable List<Pair> params,
            @Nullable List<Pair> tags) {}

    record LogModel(@Nullable String runId, @Nullable String modelJson) {}

    @Override
    public List<Operation<?>> operations() {
        return List.of(
                new Operation<>("POST", "runs/log-metric", Roles.ENGINEER, LogMetric.class, this::logMetric),
                new Operation<>("POST", "runs/log-parameter", Roles.ENGINEER, LogPair.class, this::logParameter),
                new Operation<>("POST", "runs/set-tag", Roles.ENGINEER, LogPair.class, this::setTag),
                new Operation<>("POST", "runs/delete-tag", Roles.ENGINEER, LogPair.class, this::deleteTag),
                new Operation<>("POST", "runs/log-batch", Roles.ENGINEER, LogBatch.class, this::logBatch),
                new Operation<>("POST", "runs/log-model", Roles.ENGINEER, LogModel.class, this::logModel));
    }

    private Object logMetric(LogMetric request) {
        String runId = RunOperations.id(request.runId(), request.runUuid());
        runs.log(runId, batch("", List.of(request), Map.of(), Map.of()));
        return Operation.EMPTY;
    }

    private static RunBatch batch(
            String list, List<LogMetric> metrics, Map<String, String> params, Map<String, String> tags) {
        List<Metric> all = new ArrayList<>(metrics.size());
        List<ModelMetric> ofModels = new ArrayList<>();
        for (LogMetric message : metrics) {
            String prefix = list.isEmpty() ? "" : list + "[" + all.size() + "].";
            Long step = message.step();
            Metric metric = new Metric(
                    required(prefix + "key", message.key()),
                    present(prefix + "value", message.value()),
                    step == null ? 0 : step,
                    present(prefix + "timestamp", message.timestamp()));
            all.add(metric);
            if (optional(message.modelId()) != null) {
                ofModels.add(new ModelMetric(
                        text(message.modelId()), metric, text(message.datasetName()), text(message.datasetDigest())));
            }
        }
        return new RunBatch(all, params, tags, ofModels);
    }

    private Object logParameter(LogPair request) {
        String key = required("key", request.key());
        runs.log(
                request.id(),
                new RunBatch(List.of(), Map.of(key, cut(text(request.value()), MAX_PARAM)), Map.of(), List.of()));
        return Operation.EMPTY;
    }

    private Object setTag(LogPair request) {
        String key = required("key", request.key());
        runs.log(
                request.id(),
                new RunBatch(List.of(), Map.of(), Map.of(key, cut(text(request.value()), MAX_TAG)), List.of()));
        return Operation.EMPTY;
    }

    private Object deleteTag(LogPair request) {
        runs.deleteTag(request.id(), required("key", request.key()));
        return Operation.EMPTY;
    }

    private Object logBatch(LogBatch request) {
        String runId = required("run_id", request.runId());
        Map<String, String> params = new LinkedHashMap<>();
        for (Pair param : list(request.params())) {
            String key = required("params[" + params.size() + "].key", param.key());
            if (params.put(key, cut(text(param.value()), MAX_PARAM)) != null) {
                throw PlatformException.invalid(
                        "/params", "Duplicate parameter keys have been submitted: ['" + key + "'].");
            }
        }
        Map<String, String> tags = Wire.map("tags", request.tags());
        tags.replaceAll((key, value) -> cut(value, MAX_TAG));
        runs.log(runId, batch("metrics", list(request.metrics()), params, tags));
        return Operation.EMPTY;
    }

    private static String cut(String value, int max) {
        return value.length() > max ? value.substring(0, max) : value;
    }

    /** What clients before 3 tell of a model: one more item of a list in a tag. */
    private Object logModel(LogModel request) {
        String runId = required("run_id", request.runId());
        String text = required("model_json", request.modelJson());
        try {
            JsonNode model = json.readTree(text);
            for (String field : List.of("artifact_path", "flavors", "utc_time_created", "run_id")) {
                if (!model.hasNonNull(field)) {
                    throw MlflowJson.invalid("model_json", "", "it must have the field '" + field + "'");
                }
            }
            String history = runs.get(runId).tags().getOrDefault(LOGGED_MODELS_TAG, "[]");
            ArrayNode models = json.readTree(history) instanceof ArrayNode list ? list : json.createArrayNode();
            models.add(model);
            runs.log(
                    runId,
                    new RunBatch(
                            List.of(),
                            Map.of(),
                            Map.of(LOGGED_MODELS_TAG, cut(models.toString(), MAX_TAG)),
                            List.of()));
        } catch (JsonProcessingException e) {
            throw MlflowJson.invalid("model_json", "", "it is not JSON");
        }
        return Operation.EMPTY;
    }
}
