package io.millrace.serving.openinference;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.serving.route.ArmMeters;
import io.millrace.serving.route.Route;
import io.millrace.serving.route.ServedArm;
import java.util.ArrayList;
import java.util.List;

/** Counts of the statistics extension. A version behind two arms of an endpoint is listed for each. */
public record StatisticsResponse(
        @JsonProperty("model_stats") List<Statistics> modelStats) {

    /**
     * Counts of one version behind an endpoint.
     *
     * @param lastInference when the last request came, in milliseconds since 1970; 0 when there was none
     * @param inferenceCount rows predicted
     * @param executionCount runs of the model
     */
    public record Statistics(
            String name,
            String version,
            @JsonProperty("last_inference") long lastInference,
            @JsonProperty("inference_count") long inferenceCount,
            @JsonProperty("execution_count") long executionCount,
            @JsonProperty("inference_stats") Inferences inferenceStats) {}

    /** Requests answered and refused; the time of those answered, in reading the input, the model, and the answer. */
    public record Inferences(
            Count success,
            Count fail,
            @JsonProperty("compute_input") Count computeInput,
            @JsonProperty("compute_infer") Count computeInfer,
            @JsonProperty("compute_output") Count computeOutput) {}

    /** How often, and how long together. */
    public record Count(long count, long ns) {}

    public static StatisticsResponse of(List<Route> routes) {
        List<Statistics> all = new ArrayList<>();
        routes.forEach(route -> route.arms().forEach(arm -> all.add(statistics(route, arm))));
        return new StatisticsResponse(all);
    }

    public static StatisticsResponse of(Route route, int version) {
        return new StatisticsResponse(route.arms().stream()
                .filter(arm -> arm.version() == version)
                .map(arm -> statistics(route, arm))
                .toList());
    }

    private static Statistics statistics(Route route, ServedArm arm) {
        ArmMeters.Totals totals = arm.meters().totals();
        ArmMeters.Stages stages = arm.meters().stages();
        long answered = totals.answered();
        return new Statistics(
                route.endpoint(),
                Integer.toString(arm.version()),
                stages.lastInference(),
                totals.rows(),
                answered,
                new Inferences(
                        new Count(answered, totals.nanos()),
                        new Count(totals.failed(), 0),
                        new Count(answered, stages.input()),
                        new Count(answered, stages.infer()),
                        new Count(answered, stages.output())));
    }
}
