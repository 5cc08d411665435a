package io.millrace.registry.mlflow;

import com.fasterxml.jackson.databind.node.TextNode;
import io.millrace.registry.dataset.DatasetInput;
import io.millrace.registry.experiment.Experiment;
import io.millrace.registry.loggedmodel.LoggedModel;
import io.millrace.registry.loggedmodel.LoggedModelStatus;
import io.millrace.registry.loggedmodel.RunModel;
import io.millrace.registry.model.Model;
import io.millrace.registry.model.ModelVersion;
import io.millrace.registry.run.Metric;
import io.millrace.registry.run.Run;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** MLflow's messages. A field that is null is left out. */
final class Wire {

    /** Our own locations have no meaning to a client; below this root it uploads and downloads through this service. */
    private static final String OWN_ROOT = "millrace-artifacts:/experiments/";

    private static final String PROXY_ROOT = "mlflow-artifacts:/";

    private Wire() {}

    /** A tag, parameter or other pair of texts. */
    record Pair(@Nullable String key, @Nullable String value) {}

    static List<Pair> pairs(Map<String, String> pairs) {
        return pairs.entrySet().stream()
                .map(e -> new Pair(e.getKey(), e.getValue()))
                .toList();
    }

    /** The pairs of a request; of two with the same key the last counts. */
    static Map<String, String> map(String field, @Nullable List<Pair> pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        int index = 0;
        for (Pair pair : MlflowJson.list(pairs)) {
            map.put(MlflowJson.required(field + "[" + index++ + "].key", pair.key()), MlflowJson.text(pair.value()));
        }
        return map;
    }

    record ExperimentMessage(
            String experimentId,
            String name,
            String artifactLocation,
            String lifecycleStage,
            long lastUpdateTime,
            long creationTime,
            List<Pair> tags) {

        static ExperimentMessage of(Experiment e) {
            return new ExperimentMessage(
                    e.experimentId(),
                    e.name(),
                    location(e.artifactLocation()),
                    e.lifecycleStage(),
                    e.updatedAt().toEpochMilli(),
                    e.createdAt().toEpochMilli(),
                    pairs(e.tags()));
        }
    }

    static String location(String own) {
        return own.startsWith(OWN_ROOT) ? PROXY_ROOT + own.substring(OWN_ROOT.length()) : own;
    }

    record RunInfo(
            String runId,
            String runUuid,
            String runName,
            String experimentId,
            String userId,
            String status,
            long startTime,
            @Nullable Long endTime,
            String artifactUri,
            String lifecycleStage) {

        static RunInfo of(Run r) {
            Instant end = r.endAt();
            return new RunInfo(
                    r.runId(),
                    r.runId(),
                    r.name(),
                    r.experimentId(),
                    r.userId(),
                    r.status().name(),
                    r.startAt().toEpochMilli(),
                    end == null ? null : end.toEpochMilli(),
                    location(r.artifactUri()),
                    r.lifecycleStage());
        }
    }

    record MetricMessage(
            String key,
            double value,
            long timestamp,
            long step,
            @Nullable String runId,
            @Nullable String modelId,
            @Nullable String datasetName,
            @Nullable String datasetDigest) {

        static MetricMessage of(Metric m) {
            return of(m, null);
        }

        static MetricMessage of(Metric m, @Nullable String runId) {
            return new MetricMessage(m.key(), m.value(), m.timestampMs(), m.step(), runId, null, null, null);
        }
    }

    record RunData(List<MetricMessage> metrics, List<Pair> params, List<Pair> tags) {}

    record DatasetMessage(
            @Nullable String name,
            @Nullable String digest,
            @Nullable String sourceType,
            @Nullable String source,
            @Nullable String schema,
            @Nullable String profile) {}

    record DatasetInputMessage(
            @Nullable List<Pair> tags, @Nullable DatasetMessage dataset) {

        static DatasetInputMessage of(DatasetInput i) {
            var d = i.dataset();
            return new DatasetInputMessage(
                    pairs(i.tags()),
                    new DatasetMessage(d.name(), d.digest(), d.sourceType(), d.source(), d.schema(), d.profile()));
        }
    }

    record ModelInput(@Nullable String modelId) {}

    record ModelOutput(@Nullable String modelId, @Nullable Long step) {}

    record RunInputs(List<DatasetInputMessage> datasetInputs, List<ModelInput> modelInputs) {}

    record RunOutputs(List<ModelOutput> modelOutputs) {}

    record RunMessage(RunInfo info, RunData data, RunInputs inputs, RunOutputs outputs) {

        static RunMessage of(Run r, List<DatasetInput> datasets, List<RunModel> models) {
            return new RunMessage(
                    RunInfo.of(r),
                    new RunData(
                            r.metrics().stream().map(MetricMessage::of).toList(), pairs(r.params()), pairs(r.tags())),
                    new RunInputs(
                            datasets.stream().map(DatasetInputMessage::of).toList(),
                            models.stream()
                                    .filter(m -> m.direction() == RunModel.Direction.INPUT)
                                    .map(m -> new ModelInput(m.modelId()))
                                    .toList()),
                    new RunOutputs(models.stream()
                            .filter(m -> m.direction() == RunModel.Direction.OUTPUT)
                            .map(m -> new ModelOutput(m.modelId(), m.step()))
                            .toList()));
        }
    }

    record AliasMessage(String alias, String version) {}

    record VersionMessage(
            String name,
            String version,
            long creationTimestamp,
            long lastUpdatedTimestamp,
            String currentStage,
            String description,
            String source,
            @Nullable String runId,
            String status,
            @Nullable String statusMessage,
            List<Pair> tags,
            @Nullable String runLink,
            @Nullable String modelId,
            List<String> aliases) {

        static VersionMessage of(ModelVersion v) {
            return of(v, v.aliases());
        }

        /** As found by a search, where MLflow gives no aliases. */
        static VersionMessage found(ModelVersion v) {
            return of(v, List.of());
        }

        private static VersionMessage of(ModelVersion v, List<String> aliases) {
            return new VersionMessage(
                    v.model(),
                    Integer.toString(v.version()),
                    v.createdAt().toEpochMilli(),
                    v.updatedAt().toEpochMilli(),
                    v.stage(),
                    v.description(),
                    v.source(),
                    v.runId(),
                    v.status().equals("READY") ? "READY" : "FAILED_REGISTRATION",
                    null,
                    pairs(v.tags()),
                    MlflowJson.optional(v.runLink()),
                    v.loggedModelId(),
                    aliases);
        }
    }

    record ModelMessage(
            String name,
            long creationTimestamp,
            long lastUpdatedTimestamp,
            @Nullable String description,
            List<VersionMessage> latestVersions,
            List<Pair> tags,
            List<AliasMessage> aliases) {

        static ModelMessage of(Model m, List<ModelVersion> latest) {
            return new ModelMessage(
                    m.name(),
                    m.createdAt().toEpochMilli(),
                    m.updatedAt().toEpochMilli(),
                    MlflowJson.optional(m.description()),
                    latest.stream()
                            .filter(v -> v.model().equals(m.name()))
                            .map(VersionMessage::of)
                            .toList(),
                    pairs(m.tags()),
                    m.aliases().stream()
                            .map(a -> new AliasMessage(a.alias(), Integer.toString(a.version())))
                            .toList());
        }
    }

    record Registration(String name, String version) {}

    record LoggedModelInfo(
            String modelId,
            String experimentId,
            String name,
            long creationTimestampMs,
            long lastUpdatedTimestampMs,
            String artifactUri,
            String status,
            String modelType,
            @Nullable String sourceRunId,
            List<Pair> tags,
            List<Registration> registrations) {}

    record LoggedModelData(List<Pair> params, List<MetricMessage> metrics) {}

    record LoggedModelMessage(LoggedModelInfo info, LoggedModelData data) {

        static LoggedModelMessage of(LoggedModel m) {
            return new LoggedModelMessage(
                    new LoggedModelInfo(
                            m.modelId(),
                            m.experimentId(),
                            m.name(),
                            m.createdAt().toEpochMilli(),
                            m.updatedAt().toEpochMilli(),
                            artifactUri(m),
                            status(m.status()),
                            m.modelType(),
                            m.sourceRunId(),
                            tags(m),
                            m.registrations().stream()
                                    .map(r -> new Registration(r.name(), Integer.toString(r.version())))
                                    .toList()),
                    new LoggedModelData(
                            pairs(m.params()),
                            m.metrics().stream().map(LoggedModelMessage::metric).toList()));
        }

        /** MLflow tells in a tag which versions were made of a logged model. */
        private static List<Pair> tags(LoggedModel m) {
            Map<String, String> tags = new TreeMap<>(m.tags());
            if (!m.registrations().isEmpty()) {
                tags.put(
                        "mlflow.modelVersions",
                        m.registrations().stream()
                                .map(r -> "{\"name\": " + TextNode.valueOf(r.name()) + ", \"version\": " + r.version()
                                        + "}")
                                .collect(Collectors.joining(", ", "[", "]")));
            }
            return pairs(tags);
        }

        private static MetricMessage metric(LoggedModel.Measured measured) {
            Metric metric = measured.measure().metric();
            return new MetricMessage(
                    metric.key(),
                    metric.value(),
                    metric.timestampMs(),
                    metric.step(),
                    measured.runId(),
                    measured.measure().modelId(),
                    MlflowJson.optional(measured.measure().datasetName()),
                    MlflowJson.optional(measured.measure().datasetDigest()));
        }

        private static String status(LoggedModelStatus status) {
            return switch (status) {
                case PENDING -> "LOGGED_MODEL_PENDING";
                case READY -> "LOGGED_MODEL_READY";
                case UPLOAD_FAILED -> "LOGGED_MODEL_UPLOAD_FAILED";
            };
        }
    }

    static String artifactUri(LoggedModel m) {
        return location(m.experimentLocation()) + "/models/" + m.modelId() + "/artifacts";
    }

    record FileMessage(String path, boolean isDir, @Nullable Long fileSize) {}

    record FileList(
            @Nullable String rootUri,
            List<FileMessage> files,
            @Nullable String nextPageToken) {}
}
