package io.millrace.registry.mlflow;

import static io.millrace.registry.mlflow.MlflowJson.list;
import static io.millrace.registry.mlflow.MlflowJson.optional;
import static io.millrace.registry.mlflow.MlflowJson.required;
import static io.millrace.registry.mlflow.MlflowJson.text;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.millrace.common.http.Page;
import io.millrace.registry.mlflow.Wire.MetricMessage;
import io.millrace.registry.run.Metric;
import io.millrace.registry.run.RunMetric;
import io.millrace.registry.run.RunService;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operations that read metrics. */
@ApplicationScoped
class MetricOperations implements MlflowOperations {

    private static final int MAX_RUNS = 100;
    private static final int MAX_POINTS = 2500;
    private static final int MAX_BULK = 25_000;

    private final RunService runs;

    MetricOperations(RunService runs) {
        this.runs = runs;
    }

    record History(
            @Nullable String runId,
            @Nullable String runUuid,
            @Nullable String metricKey,
            @Nullable Integer maxResults,
            @Nullable String pageToken) {}

    record Metrics(List<MetricMessage> metrics, @Nullable String nextPageToken) {}

    record Interval(
            @Nullable List<String> runIds,
            @Nullable String metricKey,
            @Nullable Long startStep,
            @Nullable Long endStep,
            @Nullable Integer maxResults) {}

    record Bulk(
            @Nullable List<String> runId,
            @Nullable String metricKey,
            @Nullable Integer maxResults) {}

    @Override
    public List<Operation<?>> operations() {
        return List.of(
                new Operation<>("GET", "metrics/get-history", Roles.VIEWER, History.class, this::history),
                new Operation<>(
                        "GET", "metrics/get-history-bulk-interval", Roles.VIEWER, Interval.class, this::interval),
                new Operation<>("GET", "metrics/get-history-bulk", Roles.VIEWER, Bulk.class, this::bulk));
    }

    private Object history(History request) {
        Integer max = request.maxResults();
        if (max != null && max < 0) {
            throw MlflowJson.invalid("max_results", max.toString(), "it must not be negative");
        }
        Page<Metric> page = runs.history(
                RunOperations.id(request.runId(), request.runUuid()),
                required("metric_key", request.metricKey()),
                optional(request.pageToken()),
                max == null || max == 0 ? Integer.MAX_VALUE : max);
        return new Metrics(page.items().stream().map(MetricMessage::of).toList(), page.nextPageToken());
    }

    private Object interval(Interval request) {
        List<String> ids = list(request.runIds());
        if (ids.isEmpty()) {
            throw MlflowJson.missing("run_ids");
        }
        if (ids.size() > MAX_RUNS) {
            throw PlatformException.invalid(
                    "/run_ids",
                    "GetMetricHistoryBulkInterval request must specify at most " + MAX_RUNS + " run_ids. Received "
                            + ids.size() + " run_ids.");
        }
        Long start = request.startStep();
        Long end = request.endStep();
        if ((start == null) != (end == null)) {
            throw PlatformException.invalid(
                    "/start_step", "If either start step or end step are specified, both must be specified.");
        }
        if (start != null && end != null && start > end) {
            throw PlatformException.invalid(
                    "/end_step",
                    "The end_step must be greater than start_step. Found start_step=" + start + " and end_step=" + end
                            + ".");
        }
        Integer max = request.maxResults();
        int limit = max == null ? MAX_POINTS : max;
        if (limit < 1 || limit > MAX_POINTS) {
            throw PlatformException.invalid(
                    "/max_results", "The max_results must be between 1 and " + MAX_POINTS + ", not " + max + ".");
        }
        return of(runs.sampled(ids, required("metric_key", request.metricKey()), start, end, limit));
    }

    private Object bulk(Bulk request) {
        Integer max = request.maxResults();
        int limit = max == null || max < 1 ? MAX_BULK : Math.min(max, MAX_BULK);
        List<String> ids = list(request.runId());
        if (ids.isEmpty()) {
            throw PlatformException.invalid(
                    "/run_id", "GetMetricHistoryBulk request must specify at least one run_id.");
        }
        if (ids.size() > MAX_RUNS) {
            throw PlatformException.invalid(
                    "/run_id",
                    "GetMetricHistoryBulk request cannot specify more than " + MAX_RUNS + " run_ids. Received "
                            + ids.size() + " run_ids.");
        }
        String key = text(request.metricKey());
        if (key.isEmpty()) {
            throw PlatformException.invalid("/metric_key", "GetMetricHistoryBulk request must specify a metric_key.");
        }
        return of(runs.histories(ids, key, limit));
    }

    private static Metrics of(List<RunMetric> points) {
        return new Metrics(
                points.stream()
                        .map(p -> MetricMessage.of(p.metric(), p.runId()))
                        .toList(),
                null);
    }
}
