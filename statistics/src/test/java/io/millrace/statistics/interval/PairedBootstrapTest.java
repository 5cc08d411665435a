package io.millrace.statistics.interval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.statistics.interval.PairedBootstrap.Result;
import io.millrace.statistics.metric.Metric;
import io.millrace.statistics.test.DeLong;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PairedBootstrapTest {

    private final PairedBootstrap bootstrap = new PairedBootstrap(42, 2000, 0.95);
    private final double[] truth = new double[400];
    private final double[] better = new double[400];
    private final double[] worse = new double[400];

    PairedBootstrapTest() {
        SplittableRandom random = new SplittableRandom(8);
        for (int i = 0; i < truth.length; i++) {
            truth[i] = i % 4 == 0 ? 1 : 0;
            better[i] = (truth[i] + 1.5 * random.nextDouble()) / 2.5;
            worse[i] = (truth[i] + 4 * random.nextDouble()) / 5;
        }
    }

    @Test
    void meanGainFollowsTheExactDistribution() {
        // Gains 0.3, 0.1, -0.1: 23 of the 27 resamples have a positive mean, 1 the mean 0.3 and 1 the mean -0.1.
        double[] gain = {0.3, 0.1, -0.1};
        int[] positive = {0};
        int replicates = 20_000;

        Result result = new PairedBootstrap(1, replicates, 0.999)
                .difference(
                        3,
                        rows -> {
                            double mean = Arrays.stream(rows)
                                            .mapToDouble(row -> gain[row])
                                            .sum()
                                    / 3;
                            positive[0] += mean > 1e-9 ? 1 : 0;
                            return mean;
                        },
                        rows -> 0);

        assertThat(result.interval().estimate()).isEqualTo(0.1, within(1e-12));
        assertThat((double) positive[0] / replicates).isEqualTo(23 / 27.0, within(0.01));
        assertThat(result.interval().lower()).isEqualTo(-0.1, within(1e-12));
        assertThat(result.interval().upper()).isEqualTo(0.3, within(1e-12));
    }

    @Test
    void swappingModelsMirrorsTheInterval() {
        Interval forth =
                bootstrap.difference(Metric.PR_AUC, truth, better, worse, false).interval();
        Interval back =
                bootstrap.difference(Metric.PR_AUC, truth, worse, better, false).interval();

        assertThat(forth.lower()).isPositive();
        assertThat(back.estimate()).isEqualTo(-forth.estimate(), within(1e-12));
        assertThat(back.lower()).isEqualTo(-forth.upper(), within(1e-12));
        assertThat(back.upper()).isEqualTo(-forth.lower(), within(1e-12));
    }

    @Test
    void identicalModelsDifferByNothing() {
        Result result = bootstrap.difference(Metric.ROC_AUC, truth, better, better.clone(), true);

        assertThat(result.interval()).isEqualTo(new Interval(0, 0, 0, 0.95));
    }

    @Test
    void sameSeedGivesTheSameInterval() {
        Result first = bootstrap.difference(Metric.F1, truth, better, worse, 0.4, false);

        assertThat(bootstrap.difference(Metric.F1, truth, better, worse, 0.4, false))
                .isEqualTo(first);
        assertThat(new PairedBootstrap(43, 2000, 0.95).difference(Metric.F1, truth, better, worse, 0.4, false))
                .isNotEqualTo(first);
        assertThat(first.candidate()).isEqualTo(Metric.F1.compute(truth, better, 0.4), within(1e-15));
    }

    @Test
    void rocAucIntervalIsCloseToDeLong() {
        Interval delong = DeLong.paired(truth, better, worse).difference(0.95);

        Interval sampled =
                bootstrap.difference(Metric.ROC_AUC, truth, better, worse, true).interval();

        assertThat(sampled.estimate()).isEqualTo(delong.estimate(), within(1e-12));
        assertThat(sampled.lower()).isEqualTo(delong.lower(), within(0.015));
        assertThat(sampled.upper()).isEqualTo(delong.upper(), within(0.015));
    }

    @Test
    void undefinedReplicatesAreCountedAndStratifyingAvoidsThem() {
        double[] rare = new double[50];
        rare[3] = 1;
        double[] score = Arrays.copyOf(better, 50);

        Result free = bootstrap.difference(Metric.ROC_AUC, rare, score, Arrays.copyOf(worse, 50), false);
        Result stratified = bootstrap.difference(Metric.ROC_AUC, rare, score, Arrays.copyOf(worse, 50), true);

        // A resample of 50 misses one given row with probability (49/50)^50 = 0.364.
        assertThat(free.undefined() / 2000.0).isEqualTo(0.364, within(0.04));
        assertThat(free.unreliable()).isTrue();
        assertThat(stratified.undefined()).isZero();
        assertThat(stratified.unreliable()).isFalse();
    }

    @Test
    void oneClassOnlyHasNoInterval() {
        Result result = bootstrap.estimate(Metric.ROC_AUC::compute, new double[20], Arrays.copyOf(better, 20), false);

        assertThat(result.interval().defined()).isFalse();
        assertThat(result.undefined()).isEqualTo(2000);
        assertThat(result.unreliable()).isTrue();
    }

    @Test
    void estimateOfAccuracyIsCloseToWilson() {
        double right = Metric.ACCURACY.compute(truth, better) * 400;

        Interval sampled = bootstrap
                .estimate(Metric.ACCURACY::compute, truth, better, false)
                .interval();
        Interval wilson = Wilson.of(Math.round(right), 400, 0.95);

        assertThat(sampled.lower()).isEqualTo(wilson.lower(), within(0.01));
        assertThat(sampled.upper()).isEqualTo(wilson.upper(), within(0.01));
    }

    @Test
    void tooFewReplicatesAreRefused() {
        assertThatThrownBy(() -> new PairedBootstrap(1, 10, 0.95)).hasMessageContaining("below 100");
        assertThatThrownBy(() -> new PairedBootstrap(1, 1000, 95)).hasMessageContaining("confidence");
    }
}
