package io.millrace.statistics.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.statistics.interval.Interval;
import io.millrace.statistics.metric.Metric;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HypothesisTestsTest {

    private static final Offset<Double> EXACT = within(1e-9);
    private static final double[] TRUTH = {1, 1, 1, 1, 1, 0, 0, 0, 0, 0};
    private static final double[] CANDIDATE = {.9, .8, .7, .6, .35, .65, .4, .3, .2, .1};
    private static final double[] CHAMPION = {.8, .6, .9, .3, .5, .7, .55, .4, .2, .1};

    @Test
    void benjaminiHochbergAgreesWithR() {
        double[] p = {.205, .001, .041, .06, .212, .039, .216, .008, .222, .042, .251, .074, .269, .275, .34};

        double[] adjusted = BenjaminiHochberg.adjust(p);

        assertThat(adjusted)
                .containsExactly(
                        new double[] {
                            .2946428571,
                            .015,
                            .126,
                            .15,
                            .2946428571,
                            .126,
                            .2946428571,
                            .06,
                            .2946428571,
                            .126,
                            .2946428571,
                            .1585714286,
                            .2946428571,
                            .2946428571,
                            .34
                        },
                        within(1e-10));
        assertThat(BenjaminiHochberg.reject(p, 0.06)[7]).isTrue();
        assertThat(BenjaminiHochberg.reject(p, 0.06)[9]).isFalse();
    }

    @Test
    void holmAgreesWithR() {
        assertThat(Holm.adjust(new double[] {.01, .04, .03, .005}))
                .containsExactly(new double[] {.03, .06, .06, .02}, EXACT);
        assertThat(Holm.reject(new double[] {.01, .04, .03, .005}, 0.05)).containsExactly(true, false, false, true);
    }

    @Test
    void undefinedPValuesAreRefused() {
        assertThat(Holm.adjust(new double[0])).isEmpty();
        assertThatThrownBy(() -> BenjaminiHochberg.adjust(new double[] {0.1, Double.NaN}))
                .hasMessageContaining("NaN");
    }

    @ParameterizedTest
    @CsvSource({
        "10, 25, 0.016673848, 0.011330984, 0.008336924",
        "5, 15, 0.041389465, 0.026603699, 0.020694733",
        "3, 12, 0.035156250, 0.021270752, 0.017578125",
        "40, 60, 0.056887934, 0.046044067, 0.028443967",
        "0, 6, 0.031250000, 0.015625000, 0.015625000",
        "8, 8, 1, 0.901809692, 0.598190308",
        "8, 0, 0.0078125, 0.00390625, 1",
        "0, 0, 1, 1, 1"
    })
    void mcNemarIsExact(long lost, long won, double two, double mid, double one) {
        McNemar result = McNemar.of(lost, won);

        assertThat(result.pValue()).isEqualTo(two, EXACT);
        assertThat(result.midPValue()).isEqualTo(mid, EXACT);
        assertThat(result.superiorPValue()).isEqualTo(one, EXACT);
    }

    @Test
    void accuracyDifferenceHasAWaldInterval() {
        Interval difference = McNemar.of(10, 25).difference(1000, 0.95);

        assertThat(difference.estimate()).isEqualTo(0.015, EXACT);
        assertThat(difference.lower()).isEqualTo(0.003442027, EXACT);
        assertThat(difference.upper()).isEqualTo(0.026557973, EXACT);
        assertThat(McNemar.of(10, 25).difference(1000, 0.90).lower()).isEqualTo(0.005300244, EXACT);
    }

    @Test
    void mcNemarCountsDisagreements() {
        McNemar result =
                McNemar.of(new double[] {1, 1, 0, 0, 1}, new double[] {1, 0, 0, 0, 0}, new double[] {1, 1, 1, 1, 0});

        assertThat(result.lost()).isEqualTo(1);
        assertThat(result.won()).isEqualTo(2);
    }

    @Test
    void deLongMatchesTheWorkedExample() {
        DeLong result = DeLong.paired(TRUTH, CANDIDATE, CHAMPION);

        assertThat(result.candidate()).isEqualTo(0.88, EXACT);
        assertThat(result.champion()).isEqualTo(0.76, EXACT);
        assertThat(result.variance()).isEqualTo(0.0088, EXACT);
        assertThat(result.z()).isEqualTo(1.279204298, EXACT);
        assertThat(result.pValue()).isEqualTo(0.200825122, EXACT);
        assertThat(result.difference(0.95).lower()).isEqualTo(-0.063860919, EXACT);
        assertThat(result.difference(0.95).upper()).isEqualTo(0.303860919, EXACT);
        assertThat(result.difference(0.90).lower()).isEqualTo(-0.034300947, EXACT);
    }

    @Test
    void deLongHalvesTies() {
        DeLong result = DeLong.paired(
                new double[] {1, 1, 1, 0, 0, 0}, new double[] {3, 2, 2, 2, 1, 0}, new double[] {3, 1, 2, 2, 1, 1});

        assertThat(result.candidate()).isEqualTo(0.888888889, EXACT);
        assertThat(result.champion()).isEqualTo(0.722222222, EXACT);
        assertThat(result.variance()).isEqualTo(0.027777778, EXACT);
        assertThat(result.z()).isEqualTo(1.0, EXACT);
    }

    @Test
    void identicalRankingsDoNotDiffer() {
        double[] squeezed = Arrays.stream(CANDIDATE).map(score -> score / 10).toArray();

        DeLong result = DeLong.paired(TRUTH, CANDIDATE, squeezed);

        assertThat(result.variance()).isZero();
        assertThat(result.pValue()).isEqualTo(1);
        assertThat(result.difference(0.95)).isEqualTo(new Interval(0, 0, 0, 0.95));
    }

    @Test
    void perfectAgainstConstantIsNotCertainOnFewRows() {
        double[] few = {1, 1, 0, 0};
        double[] many = new double[2000];
        Arrays.fill(many, 0, 1000, 1);

        DeLong small = DeLong.paired(few, few, new double[4]);
        DeLong large = DeLong.paired(many, many, new double[2000]);

        assertThat(small.difference()).isEqualTo(0.5);
        assertThat(small.pValue()).isGreaterThan(0.05);
        assertThat(large.pValue()).isLessThan(1e-6);
    }

    @Test
    void deLongAgreesWithTheQuadraticDefinition() {
        SplittableRandom random = new SplittableRandom(4);
        double[] truth = new double[120];
        double[] left = new double[120];
        double[] right = new double[120];
        for (int i = 0; i < truth.length; i++) {
            truth[i] = random.nextDouble() < 0.3 ? 1 : 0;
            left[i] = Math.rint((truth[i] + 2 * random.nextDouble()) * 10) / 10;
            right[i] = Math.rint((truth[i] + 4 * random.nextDouble()) * 10) / 10;
        }

        DeLong result = DeLong.paired(truth, left, right);

        assertThat(result.variance()).isEqualTo(quadraticVariance(truth, left, right), within(1e-12));
        assertThat(result.candidate()).isEqualTo(Metric.ROC_AUC.compute(truth, left), within(1e-12));
    }

    private static double quadraticVariance(double[] truth, double[] left, double[] right) {
        return placements(truth, left, right, 1) + placements(truth, left, right, 0);
    }

    private static double placements(double[] truth, double[] left, double[] right, double label) {
        double[] own = new double[truth.length];
        int n = 0;
        for (int i = 0; i < truth.length; i++) {
            if (truth[i] == label) {
                double sum = 0;
                int others = 0;
                for (int j = 0; j < truth.length; j++) {
                    if (truth[j] != label) {
                        sum += beats(left[i], left[j]) - beats(right[i], right[j]);
                        others++;
                    }
                }
                own[n++] = sum / others;
            }
        }
        double[] values = Arrays.copyOf(own, n);
        double mean = Arrays.stream(values).average().orElseThrow();
        return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (n - 1) / n;
    }

    private static double beats(double left, double right) {
        return left > right ? 1 : left == right ? 0.5 : 0;
    }

    @Test
    void deLongNeedsTwoRowsOfEachClass() {
        assertThatThrownBy(() -> DeLong.paired(new double[] {1, 0, 0}, new double[] {1, 2, 3}, new double[] {1, 2, 3}))
                .hasMessageContaining("1 positive and 2 negative");
    }

    @Test
    void twoProportionsAgreeWithR() {
        TwoProportions result = TwoProportions.of(30, 200, 45, 180);

        assertThat(result.z()).isEqualTo(-2.445470889, EXACT);
        assertThat(result.pValue()).isEqualTo(0.01446631267, EXACT);
        assertThat(TwoProportions.of(0, 10, 0, 20).pValue()).isEqualTo(1);
    }
}
