package io.millrace.statistics.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class MetricTest {

    private static final Offset<Double> EXACT = within(1e-9);
    private static final double[] TRUTH = {1, 0, 1, 1, 0};
    private static final double[] SCORE = {.9, .2, .6, .4, .7};

    @Test
    void probabilityMetricsMatchReferenceValues() {
        assertThat(Metric.BRIER.compute(TRUTH, SCORE)).isEqualTo(0.212, EXACT);
        assertThat(Metric.LOG_LOSS.compute(TRUTH, SCORE)).isEqualTo(0.591918646, EXACT);
        // One row a bin: the mean of |score - truth|.
        assertThat(Metric.ECE.compute(TRUTH, SCORE)).isEqualTo((.1 + .2 + .4 + .6 + .7) / 5, EXACT);
        assertThat(Metric.ECE.compute(new double[] {1, 0, 0, 1}, new double[] {.55, .55, .55, .55}))
                .isEqualTo(0.05, EXACT);
    }

    @Test
    void thresholdMetricsComeFromTheConfusionTable() {
        assertThat(Metric.ACCURACY.compute(TRUTH, SCORE)).isEqualTo(0.6, EXACT);
        assertThat(Metric.PRECISION.compute(TRUTH, SCORE)).isEqualTo(2 / 3.0, EXACT);
        assertThat(Metric.RECALL.compute(TRUTH, SCORE)).isEqualTo(2 / 3.0, EXACT);
        assertThat(Metric.F1.compute(TRUTH, SCORE)).isEqualTo(2 / 3.0, EXACT);
        assertThat(Metric.RECALL.compute(TRUTH, SCORE, 0.4)).isEqualTo(1, EXACT);
        assertThat(Metric.PRECISION.compute(TRUTH, SCORE, 0.4)).isEqualTo(0.75, EXACT);
    }

    @Test
    void rankMetricsTakeTiesTogether() {
        assertThat(Metric.ROC_AUC.compute(TRUTH, SCORE)).isEqualTo(4 / 6.0, EXACT);
        // Precision 1 at the first hit, 2/3 at the second, 3/4 at the third.
        assertThat(Metric.PR_AUC.compute(TRUTH, SCORE)).isEqualTo((1 + 2 / 3.0 + 3 / 4.0) / 3, EXACT);
        assertThat(Metric.ROC_AUC.compute(TRUTH, new double[5])).isEqualTo(0.5, EXACT);
        assertThat(Metric.PR_AUC.compute(TRUTH, new double[5])).isEqualTo(0.6, EXACT);
        assertThat(Metric.ROC_AUC.compute(new double[] {1, 1, 1, 0, 0, 0}, new double[] {3, 2, 2, 2, 1, 0}))
                .isEqualTo(8 / 9.0, EXACT);
    }

    @Test
    void orderOfRowsDoesNotMatter() {
        SplittableRandom random = new SplittableRandom(3);
        double[] truth = random.doubles(501).map(v -> v < 0.4 ? 1 : 0).toArray();
        double[] score = random.doubles(501).map(v -> Math.rint(v * 40) / 40).toArray();
        int[] order = Ranks.descending(score);
        double[] sortedTruth = Arrays.stream(order).mapToDouble(i -> truth[i]).toArray();
        double[] sortedScore = Arrays.stream(order).mapToDouble(i -> score[i]).toArray();

        for (int i = 1; i < sortedScore.length; i++) {
            assertThat(sortedScore[i]).isLessThanOrEqualTo(sortedScore[i - 1]);
        }
        for (Metric metric : Metric.values()) {
            assertThat(metric.compute(sortedTruth, sortedScore)).isEqualTo(metric.compute(truth, score), within(1e-9));
        }
    }

    @Test
    void midRanksShareTies() {
        assertThat(Ranks.mid(new double[] {10, 20, 20, 5})).containsExactly(2, 3.5, 3.5, 1);
    }

    @Test
    void regressionMetricsMatchReferenceValues() {
        double[] truth = {3, -.5, 2, 7};
        double[] prediction = {2.5, 0, 2, 8};

        assertThat(Metric.RMSE.compute(truth, prediction)).isEqualTo(0.612372436, EXACT);
        assertThat(Metric.MAE.compute(truth, prediction)).isEqualTo(0.5, EXACT);
        assertThat(Metric.R2.compute(truth, prediction)).isEqualTo(0.948608137, EXACT);
        assertThat(Metric.SMAPE.compute(truth, prediction)).isEqualTo(200 * (0.5 / 5.5 + 1 + 0 + 1 / 15.0) / 4, EXACT);
        assertThat(Metric.SMAPE.compute(new double[] {0}, new double[] {0})).isZero();
    }

    @Test
    void undefinedIsNaN() {
        double[] negatives = {0, 0, 0};
        double[] low = {.1, .2, .3};

        assertThat(Metric.ROC_AUC.compute(negatives, low)).isNaN();
        assertThat(Metric.PR_AUC.compute(negatives, low)).isNaN();
        assertThat(Metric.RECALL.compute(negatives, low)).isNaN();
        assertThat(Metric.F1.compute(negatives, low)).isNaN();
        assertThat(Metric.PRECISION.compute(negatives, low)).isZero();
        assertThat(Metric.R2.compute(new double[] {.1, .1, .1}, low)).isNaN();
        assertThat(Metric.BRIER.compute(negatives, new double[] {.1, Double.NaN, .3}))
                .isNaN();
    }

    @Test
    void certainAndWrongIsClipped() {
        assertThat(Metric.LOG_LOSS.compute(new double[] {1}, new double[] {0})).isEqualTo(-Math.log(1e-15), EXACT);
    }

    @Test
    void namesAreFoundInAnyCase() {
        assertThat(Metric.find("roc_auc")).hasValue(Metric.ROC_AUC);
        assertThat(Metric.find("AUC")).hasValue(Metric.ROC_AUC);
        assertThat(Metric.find("log-loss")).hasValue(Metric.LOG_LOSS);
        assertThat(Metric.find("gini")).isEmpty();
        for (Metric metric : Metric.values()) {
            assertThat(Metric.find(metric.metricName())).hasValue(metric);
        }
    }

    @Test
    void directionsAreDeclared() {
        assertThat(Arrays.stream(Metric.values()).filter(m -> m.direction() == Direction.LOWER))
                .containsExactly(Metric.LOG_LOSS, Metric.BRIER, Metric.ECE, Metric.RMSE, Metric.MAE, Metric.SMAPE);
        assertThat(Direction.LOWER.gain(2, 3)).isEqualTo(1);
    }

    @Test
    void lengthsMustAgree() {
        assertThatThrownBy(() -> Metric.MAE.compute(new double[2], new double[3]))
                .hasMessageContaining("2 against 3");
        assertThatThrownBy(() -> Metric.MAE.compute(new double[0], new double[0]))
                .hasMessageContaining("no rows");
    }

    @Test
    void multiclassMetricsAverageOverClasses() {
        double[] truth = {0, 1, 2, 2};
        double[] probabilities = {.7, .2, .1, .3, .4, .3, .2, .5, .3, .1, .1, .8};

        assertThat(MulticlassMetrics.predicted(probabilities, 3)).containsExactly(0, 1, 1, 2);
        assertThat(compute(Metric.ACCURACY, truth, probabilities)).isEqualTo(0.75, EXACT);
        assertThat(compute(Metric.PRECISION, truth, probabilities)).isEqualTo((1 + 0.5 + 1) / 3, EXACT);
        assertThat(compute(Metric.RECALL, truth, probabilities)).isEqualTo((1 + 1 + 0.5) / 3, EXACT);
        assertThat(compute(Metric.F1, truth, probabilities)).isEqualTo((1 + 2 / 3.0 + 2 / 3.0) / 3, EXACT);
        assertThat(compute(Metric.LOG_LOSS, truth, probabilities))
                .isEqualTo(-(Math.log(.7) + Math.log(.4) + Math.log(.3) + Math.log(.8)) / 4, EXACT);
        assertThat(compute(Metric.BRIER, truth, probabilities)).isEqualTo((.14 + .54 + .78 + .06) / 4, EXACT);
        assertThat(compute(Metric.ROC_AUC, truth, probabilities)).isEqualTo((1 + 2 / 3.0 + 0.875) / 3, EXACT);
        assertThat(compute(Metric.ECE, truth, probabilities)).isEqualTo((.3 + .6 + .5 + .2) / 4, EXACT);
        assertThatThrownBy(() -> compute(Metric.MAE, truth, probabilities))
                .hasMessageContaining("not of classification");
    }

    private static double compute(Metric metric, double[] truth, double[] probabilities) {
        return MulticlassMetrics.compute(metric, truth, probabilities, 3);
    }

    @Test
    void dummiesKnowOnlyTheTrainingTruth() {
        assertThat(Dummy.majority(new double[] {1, 1, 1, 0}, 2)).containsExactly(.75, .75);
        assertThat(Dummy.mean(new double[] {1, 2, 6}, 3)).containsExactly(3, 3, 3);
        assertThat(Dummy.classPriors(new double[] {0, 2, 2, 1}, 3, 2)).containsExactly(.25, .25, .5, .25, .25, .5);
        assertThat(Metric.ROC_AUC.compute(TRUTH, Dummy.majority(TRUTH, 5))).isEqualTo(0.5);
        assertThat(Metric.ACCURACY.compute(TRUTH, Dummy.majority(TRUTH, 5))).isEqualTo(0.6);
        assertThat(Metric.R2.compute(new double[] {1, 2, 6}, Dummy.mean(new double[] {1, 2, 6}, 3)))
                .isZero();
    }
}
