package io.millrace.registry.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.ExperimentsPage;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowClientException;
import org.mlflow.tracking.MlflowHttpException;
import org.mlflow.tracking.RunsPage;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

/** The official Java client, pointed at this service. */
@QuarkusTest
@QuarkusTestResource(value = PostgresTestResource.class, initArgs = @ResourceArg(name = "service", value = "registry"))
class MlflowJavaClientIT {

    @TestHTTPResource
    URI home;

    @Test
    void managesExperiments() {
        try (MlflowClient client = client(TestTokens.ENGINEER)) {
            String name = name();
            String id = client.createExperiment(name);
            client.setExperimentTag(id, "team", "größe 風");

            Experiment experiment = client.getExperiment(id);
            assertThat(experiment.getName()).isEqualTo(name);
            assertThat(experiment.getArtifactLocation()).isEqualTo("mlflow-artifacts:/" + id);
            assertThat(experiment.getTagsList())
                    .extracting(t -> t.getKey() + "=" + t.getValue())
                    .containsExactly("team=größe 風");
            assertThat(client.getExperimentByName(name).map(Experiment::getExperimentId))
                    .contains(id);
            assertThat(client.getExperimentByName("never made")).isEqualTo(Optional.empty());

            client.renameExperiment(id, name + " renamed");
            client.deleteExperiment(id);
            assertThat(client.getExperiment(id).getLifecycleStage()).isEqualTo("deleted");
            client.restoreExperiment(id);
            assertThat(client.getExperiment(id).getName()).isEqualTo(name + " renamed");
            assertThatThrownBy(() -> client.createExperiment(name + " renamed"))
                    .isInstanceOfSatisfying(MlflowHttpException.class, e -> {
                        assertThat(e.getStatusCode()).isEqualTo(400);
                        assertThat(e.getBodyMessage()).contains("RESOURCE_ALREADY_EXISTS");
                    });
        }
    }

    @Test
    void logsARunAndReadsItBack() {
        try (MlflowClient client = client(TestTokens.ENGINEER)) {
            String experiment = client.createExperiment(name());
            RunInfo created = client.createRun(experiment);
            String run = created.getRunId();
            assertThat(run).matches("[0-9a-f]{32}").isEqualTo(created.getRunUuid());
            assertThat(created.getArtifactUri())
                    .isEqualTo("mlflow-artifacts:/" + experiment + "/" + run + "/artifacts");

            client.logParam(run, "min_samples_leaf", "2");
            client.logParam(run, "min_samples_leaf", "2");
            client.logMetric(run, "auc", 2.0, 1000, 0);
            client.logMetric(run, "auc", 4.0, 2000, 1);
            client.logMetric(run, "auc", 8.0, 3000, 2);
            client.logMetric(run, "auc", 6.0, 2999, -1);
            client.logMetric(run, "nan", Double.NaN, 1, 0);
            client.logMetric(run, "inf", Double.POSITIVE_INFINITY, 1, 0);
            client.logMetric(run, "-inf", Double.NEGATIVE_INFINITY, 1, 0);
            client.setTag(run, "k", "first");
            client.setTag(run, "k", "second");
            client.setTag(run, "gone", "1");
            client.deleteTag(run, "gone");
            client.setTerminated(run, RunStatus.FINISHED, 42_000L);

            Run read = client.getRun(run);
            assertThat(read.getInfo().getStatus()).isEqualTo(RunStatus.FINISHED);
            assertThat(read.getInfo().getEndTime()).isEqualTo(42_000L);
            assertThat(read.getData().getParamsList())
                    .extracting(Param::getKey, Param::getValue)
                    .containsExactly(tuple("min_samples_leaf", "2"));
            assertThat(read.getData().getTagsList())
                    .extracting(RunTag::getKey)
                    .contains("k", "mlflow.runName")
                    .doesNotContain("gone");
            assertThat(read.getData().getMetricsList())
                    .filteredOn(m -> m.getKey().equals("auc"))
                    .extracting(Metric::getValue, Metric::getStep, Metric::getTimestamp)
                    .containsExactly(tuple(8.0, 2L, 3000L));
            assertThat(value(read, "nan")).isNaN();
            assertThat(value(read, "inf")).isEqualTo(Double.POSITIVE_INFINITY);
            assertThat(value(read, "-inf")).isEqualTo(Double.NEGATIVE_INFINITY);
            assertThat(client.getMetricHistory(run, "auc"))
                    .as("in the order of logging")
                    .extracting(Metric::getTimestamp)
                    .containsExactly(1000L, 2000L, 3000L, 2999L);
            assertThat(client.getMetricHistory(run, "none")).isEmpty();
        }
    }

    private static double value(Run run, String key) {
        return run.getData().getMetricsList().stream()
                .filter(m -> m.getKey().equals(key))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    @Test
    void logsBatchesAllOrNothing() {
        try (MlflowClient client = client(TestTokens.ENGINEER)) {
            String run = client.createRun(client.createExperiment(name())).getRunId();
            List<Metric> metrics = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                metrics.add(Metric.newBuilder()
                        .setKey("loss")
                        .setValue(1.0 / (i + 1))
                        .setTimestamp(i)
                        .setStep(i)
                        .build());
            }
            client.logBatch(run, metrics, null, null);
            client.logBatch(run, metrics, null, null);
            client.logBatch(
                    run,
                    null,
                    List.of(Param.newBuilder().setKey("p").setValue("1").build()),
                    List.of(RunTag.newBuilder().setKey("t").setValue("1").build()));
            assertThat(client.getMetricHistory(run, "loss")).hasSize(1000);

            assertThatThrownBy(() -> client.logBatch(
                            run,
                            metrics.subList(0, 1),
                            List.of(Param.newBuilder().setKey("p").setValue("2").build()),
                            List.of(RunTag.newBuilder()
                                    .setKey("t")
                                    .setValue("2")
                                    .build())))
                    .isInstanceOfSatisfying(
                            MlflowHttpException.class,
                            e -> assertThat(e.getStatusCode()).isEqualTo(400));
            assertThat(client.getRun(run).getData().getTagsList())
                    .filteredOn(t -> t.getKey().equals("t"))
                    .extracting(RunTag::getValue)
                    .containsExactly("1");
        }
    }

    @Test
    void searchesRunsPageByPage() {
        try (MlflowClient client = client(TestTokens.ENGINEER)) {
            String experiment = client.createExperiment(name());
            for (int i = 0; i < 7; i++) {
                String run = client.createRun(experiment).getRunId();
                client.logMetric(run, "auc", i / 10.0);
                client.logParam(run, "depth", Integer.toString(i % 2));
            }
            String dropped = client.createRun(experiment).getRunId();
            client.deleteRun(dropped);

            RunsPage page = client.searchRuns(
                    List.of(experiment),
                    "metrics.auc >= 0.1 and params.depth = '0'",
                    ViewType.ACTIVE_ONLY,
                    2,
                    List.of("metrics.auc DESC"),
                    null);
            assertThat(page.getItems()).extracting(r -> value(r, "auc")).containsExactly(0.6, 0.4);
            assertThat(page.hasNextPage()).isTrue();
            assertThat(page.getNextPage().getItems())
                    .extracting(r -> r.getData().getMetrics(0).getValue())
                    .containsExactly(0.2);
            assertThat(client.searchRuns(List.of(experiment), "", ViewType.DELETED_ONLY))
                    .extracting(RunInfo::getRunId)
                    .containsExactly(dropped);
            client.restoreRun(dropped);
            assertThat(client.listRunInfos(experiment)).hasSize(8);
        }
    }

    @Test
    void givesNoTokenOnAnExactlyLastPageOfExperiments() {
        try (MlflowClient client = client(TestTokens.ENGINEER)) {
            String prefix = name();
            for (int i = 0; i < 4; i++) {
                client.createExperiment(prefix + i);
            }
            ExperimentsPage page = client.searchExperiments(
                    "name LIKE '" + prefix + "%'", ViewType.ACTIVE_ONLY, 2, List.of("name ASC"));
            assertThat(page.getItems()).extracting(Experiment::getName).containsExactly(prefix + 0, prefix + 1);
            var last = page.getNextPage();
            assertThat(last.getItems()).hasSize(2);
            assertThat(last.hasNextPage()).isFalse();
        }
    }

    @Test
    void readsRegisteredModels() {
        try (MlflowClient client = client(TestTokens.ENGINEER)) {
            String model = name();
            client.sendPost("registered-models/create", "{\"name\": \"" + model + "\", \"description\": \"d\"}");
            for (int i = 0; i < 3; i++) {
                client.sendPost(
                        "model-versions/create",
                        "{\"name\": \"" + model + "\", \"source\": \"s3://bucket/" + i
                                + "\", \"run_id\": \"elsewhere\"}");
            }
            client.sendPost(
                    "model-versions/transition-stage",
                    "{\"name\": \"" + model + "\", \"version\": \"2\", \"stage\": \"production\"}");

            assertThat(client.getRegisteredModel(model).getDescription()).isEqualTo("d");
            assertThat(client.getModelVersion(model, "3").getSource()).isEqualTo("s3://bucket/2");
            assertThat(client.getModelVersionDownloadUri(model, "3")).isEqualTo("s3://bucket/2");
            assertThat(client.getLatestVersions(model))
                    .extracting(v -> v.getVersion() + v.getCurrentStage())
                    .containsExactlyInAnyOrder("3None", "2Production");
            assertThat(client.searchModelVersions("name = '" + model + "' and version_number > 1")
                            .getItems())
                    .hasSize(2);
        }
    }

    @Test
    void refusesAWrongTokenAndARoleThatMayNot() {
        try (MlflowClient wrong = client("mlr_wrong");
                MlflowClient viewer = client(TestTokens.VIEWER)) {
            assertThatThrownBy(() -> wrong.getExperiment("0"))
                    .isInstanceOfSatisfying(
                            MlflowHttpException.class,
                            e -> assertThat(e.getStatusCode()).isEqualTo(401));
            assertThat(viewer.getExperiment("0").getName()).isEqualTo("Default");
            assertThatThrownBy(() -> viewer.createExperiment(name()))
                    .isInstanceOf(MlflowClientException.class)
                    .hasMessageContaining("403");
        }
    }

    @Test
    void takesTheTokenAsAPasswordToo() {
        BasicMlflowHostCreds creds =
                new BasicMlflowHostCreds(home.toString().replaceAll("/$", ""), "anyone", TestTokens.ENGINEER);
        try (MlflowClient client = new MlflowClient(creds)) {
            assertThat(client.getExperiment("0").getName()).isEqualTo("Default");
        }
    }

    private MlflowClient client(String token) {
        return new MlflowClient(new BasicMlflowHostCreds(home.toString().replaceAll("/$", ""), token));
    }

    private static String name() {
        return "java-" + UUID.randomUUID();
    }
}
