package io.millrace.pipeline.gate;

import org.jspecify.annotations.Nullable;

/** One rule's result with the figures it was decided on. */
public record GateDecision(
        int position,
        String rule,
        String kind,
        String result,
        String severity,
        @Nullable String metric,
        @Nullable Double candidate,
        @Nullable Double champion,
        @Nullable Double difference,
        @Nullable Double lowerBound,
        @Nullable Double upperBound,
        @Nullable Double margin,
        @Nullable Double threshold,
        @Nullable Long sampleSize,
        @Nullable Long neededRows,
        @Nullable String method,
        String reason) {

    boolean required() {
        return severity.equals("required");
    }

    boolean is(GateResult other) {
        return result.equals(other.wire());
    }

    GateDecision at(int newPosition) {
        return new GateDecision(
                newPosition,
                rule,
                kind,
                result,
                severity,
                metric,
                candidate,
                champion,
                difference,
                lowerBound,
                upperBound,
                margin,
                threshold,
                sampleSize,
                neededRows,
                method,
                reason);
    }
}
