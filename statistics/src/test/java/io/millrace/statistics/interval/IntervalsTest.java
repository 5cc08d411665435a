package io.millrace.statistics.interval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.statistics.interval.NonInferiority.Outcome;
import io.millrace.statistics.metric.Direction;
import io.millrace.statistics.test.DeLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntervalsTest {

    @ParameterizedTest
    @CsvSource({
        "90, 100, 0.825634, 0.944771",
        "8, 10, 0.490162, 0.943318",
        "0, 20, 0, 0.161125",
        "950, 1000, 0.934686, 0.961870"
    })
    void wilsonMatchesReferenceValues(long successes, long trials, double lower, double upper) {
        Interval interval = Wilson.of(successes, trials, 0.95);

        assertThat(interval.lower()).isEqualTo(lower, within(1e-6));
        assertThat(interval.upper()).isEqualTo(upper, within(1e-6));
        assertThat(interval.estimate()).isEqualTo((double) successes / trials);
    }

    @Test
    void wilsonEndsAtOneWhenAllSucceed() {
        assertThat(Wilson.of(20, 20, 0.95).upper()).isEqualTo(1);
        assertThat(Wilson.of(20, 20, 0.95).lower()).isEqualTo(1 - 0.161125, within(1e-6));
        assertThatThrownBy(() -> Wilson.of(1, 0, 0.95)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void sampleSizesMatchReferenceValues() {
        assertThat(SampleSize.nonInferiority(.05, .01, .05, .8)).isEqualTo(3092);
        assertThat(SampleSize.nonInferiority(.10, .02, .05, .8)).isEqualTo(1546);
        assertThat(SampleSize.nonInferiority(.10, .01, .05, .8)).isEqualTo(6183);
        assertThat(SampleSize.proportion(.8, .05, .95)).isEqualTo(246);
        assertThat(SampleSize.proportion(.9, .03, .95)).isEqualTo(385);
    }

    @Test
    void nonInferiorityDependsOnTheMargin() {
        Interval difference = DeLong.paired(
                        new double[] {1, 1, 1, 1, 1, 0, 0, 0, 0, 0},
                        new double[] {.9, .8, .7, .6, .35, .65, .4, .3, .2, .1},
                        new double[] {.8, .6, .9, .3, .5, .7, .55, .4, .2, .1})
                .difference(0.90);

        assertThat(decide(difference, 0.04)).isEqualTo(Outcome.PASS);
        assertThat(decide(difference, 0.02)).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(decide(difference, -0.3)).isEqualTo(Outcome.FAIL);
    }

    private static Outcome decide(Interval difference, double margin) {
        return NonInferiority.decide(difference, Direction.HIGHER, margin, 10).outcome();
    }

    @Test
    void lowerIsBetterMirrorsTheDecision() {
        Interval fallen = new Interval(-0.5, -0.6, -0.4, 0.9);
        Interval risen = new Interval(0.5, 0.4, 0.6, 0.9);

        assertThat(NonInferiority.decide(fallen, Direction.LOWER, 0, 50).outcome())
                .isEqualTo(Outcome.PASS);
        assertThat(NonInferiority.decide(risen, Direction.LOWER, 0.1, 50).outcome())
                .isEqualTo(Outcome.FAIL);
        assertThat(NonInferiority.decide(risen, Direction.LOWER, 0.5, 50).outcome())
                .isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(NonInferiority.decide(fallen, Direction.LOWER, 0, 50).gain().estimate())
                .isEqualTo(0.5);
    }

    @Test
    void neededRowsAgreeWithTheSampleSizeFormula() {
        // Equal accuracy on 1000 rows of which 5% are discordant, margin 0.01: the text-book answer is 3092 rows.
        Interval difference = Interval.normal(0, Math.sqrt(0.05 / 1000), 0.90);

        NonInferiority decision = NonInferiority.decide(difference, Direction.HIGHER, 0.01, 1000);

        assertThat(decision.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(decision.neededRows()).hasValue(3092);
    }

    @Test
    void noNumberOfRowsShowsWhatIsNotSeen() {
        NonInferiority worse = NonInferiority.decide(new Interval(-0.05, -0.2, 0.1, 0.9), Direction.HIGHER, 0.01, 100);

        assertThat(worse.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(worse.neededRows()).isEmpty();
    }

    @Test
    void undefinedIntervalNeverPasses() {
        Interval undefined = new Interval(0.5, Double.NaN, Double.NaN, 0.9);

        assertThat(NonInferiority.decide(undefined, Direction.HIGHER, 1, 100).outcome())
                .isEqualTo(Outcome.INCONCLUSIVE);
        assertThatThrownBy(() -> NonInferiority.decide(undefined, Direction.HIGHER, Double.NaN, 100))
                .hasMessageContaining("margin");
    }
}
