package io.millrace.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.monitoring.monitor.Monitor.DriftLimits;
import io.millrace.statistics.drift.Profile;
import io.millrace.statistics.drift.ProfileBuilder;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DriftEvaluationTest {

    private static final DriftLimits LIMITS = new DriftLimits(0.1, 0.25, 0.5, 0.01, 0.2);

    @Test
    void saysOkForRowsLikeTheReference() {
        DriftReport report = DriftEvaluation.compare(reference(), current(2, 0, 0), LIMITS);

        assertThat(report.state()).isEqualTo(WindowState.OK);
        assertThat(report.driftedColumns()).isEmpty();
        assertThat(report.comparedColumns()).isEqualTo(2);
        assertThat(report.predictionDrifted()).isFalse();
    }

    @Test
    void saysDriftedWhenEnoughColumnsMovedWorstFirst() {
        DriftReport report = DriftEvaluation.compare(reference(), current(3, 2, 0), LIMITS);

        assertThat(report.state()).isEqualTo(WindowState.DRIFTED);
        assertThat(report.driftedColumns()).containsExactly("moved");
        assertThat(report.share()).isEqualTo(0.5);
    }

    @Test
    void warnsWhenTooFewColumnsMoved() {
        DriftLimits all = new DriftLimits(0.1, 0.25, 1.0, 0.01, 0.2);

        assertThat(DriftEvaluation.compare(reference(), current(3, 2, 0), all).state())
                .isEqualTo(WindowState.WARNING);
    }

    @Test
    void namesColumnsThatStoppedArriving() {
        DriftReport report = DriftEvaluation.compare(reference(), current(4, 0, 0.5), LIMITS);

        assertThat(report.nullColumns()).containsExactly("moved");
    }

    private static Profile reference() {
        SplittableRandom random = new SplittableRandom(1);
        double[] moved = random.doubles(4000).toArray();
        double[] still = random.doubles(4000).toArray();
        return ProfileBuilder.reference(Map.of("moved", moved, "still", still), Map.of());
    }

    private static Profile current(long seed, double shift, double nulls) {
        SplittableRandom random = new SplittableRandom(seed);
        ProfileBuilder builder = ProfileBuilder.withEdges(reference());
        for (int i = 0; i < 2000; i++) {
            double moved = random.nextDouble() + shift;
            double still = random.nextDouble();
            builder.add(random.nextDouble() < nulls ? Map.of("still", still) : Map.of("moved", moved, "still", still));
        }
        return builder.build();
    }
}
