package io.millrace.registry.mlflow;

import static io.millrace.registry.mlflow.MlflowJson.list;
import static io.millrace.registry.mlflow.MlflowJson.optional;
import static io.millrace.registry.mlflow.MlflowJson.required;

import io.millrace.common.auth.Roles;
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
        Long start = request.startStep();
        Long end = request.endStep();
        if ((start == null) != (end == null)) {
            throw MlflowJson.invalid("start_step", "null", "start_step and end_step go together");
        }
        if (start != null && end != null && start > end) {
            throw MlflowJson.invalid("end_step", end.toString(), "it must not be less than start_step");
        }
        Integer max = request.maxResults();
        int limit = max == null ? MAX_POINTS : max;
        if (limit < 1 || limit > MAX_POINTS) {
            throw MlflowJson.invalid("max_results", String.valueOf(max), "it must be 1 to " + MAX_POINTS);
        }
        return of(runs.sampled(
                ids("run_ids", request.runIds()), required("metric_key", request.metricKey()), start, end, limit));
    }

    private Object bulk(Bulk request) {
        Integer max = request.maxResults();
        int limit = max == null || max < 1 ? MAX_BULK : Math.min(max, MAX_BULK);
        return of(runs.histories(ids("run_id", request.runId()), required("metric_key", request.metricKey()), limit));
    }

    private static List<String> ids(String field, @Nullable List<String> ids) {
        List<String> all = list(ids);
        if (all.isEmpty()) {
            throw MlflowJson.missing(field);
        }
        if (all.size() > MAX_RUNS) {
            throw MlflowJson.invalid(field, "of " + all.size() + " items", "at most " + MAX_RUNS + " runs");
        }
        return all;
    }

    private static Metrics of(List<RunMetric> points) {
        return new Metrics(
                points.stream()
                        .map(p -> MetricMessage.of(p.metric(), p.runId()))
                        .toList(),
                null);
    }
}
