package io.millrace.pipeline.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.pipeline.definition.GateSpec;
import io.millrace.pipeline.evaluation.Scores;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The table of decisions, on 2,000 rows of which scikit-learn and numpy say: the good scores have roc_auc 1, log_loss
 * 0.31058544427995016, brier 0.08347801500000002; the bad ones 0.7741142857142858, 0.5335455830989274, 0.178167015. A
 * paired bootstrap of 4,000 resamples (numpy) puts the difference of log_loss, good less bad, between -0.2290 and -0.2170
 * with 90 %.
 */
class GateEvaluationTest {

    private static final int ROWS = 2000;
    private static final double[] TRUTH = rows(i -> i * 7919L % 10 < 3 ? 1 : 0);
    private static final double[] GOOD = scores(0.4);
    private static final double[] BAD = scores(0.1);

    @ParameterizedTest
    @CsvSource({
        "roc_auc,  true,  0.77,                pass, 0.7741142857142858",
        "roc_auc,  true,  0.78,                fail, 0.7741142857142858",
        "log_loss, false, 0.54,                pass, 0.5335455830989274",
        "log_loss, false, 0.53,                fail, 0.5335455830989274",
        "brier,    false, 0.17816701499999998, pass, 0.178167015",
    })
    void comparesAMetricWithItsBound(String metric, boolean atLeast, double bound, String result, double value) {
        GateDecision decision = decide(new GateSpec.Absolute("rule", false, metric, atLeast, bound), BAD, null, null);

        assertThat(decision.result()).isEqualTo(result);
        assertThat(decision.candidate()).isCloseTo(value, within(1e-9));
    }

    @Test
    void passesWhatIsNotWorseAndFailsWhatIs() {
        GateDecision better = decide(notWorse("log_loss", 0.05, true), GOOD, BAD, null);
        assertThat(better.result()).isEqualTo("pass");
        assertThat(better.candidate()).isCloseTo(0.31058544427995016, within(1e-9));
        assertThat(better.champion()).isCloseTo(0.5335455830989274, within(1e-9));
        assertThat(better.lowerBound()).isCloseTo(-0.2290, within(0.002));
        assertThat(better.upperBound()).isCloseTo(-0.2170, within(0.002));
        assertThat(better.margin()).isCloseTo(0.05 * 0.5335455830989274, within(1e-9));

        assertThat(decide(notWorse("log_loss", 0.05, true), BAD, GOOD, null).result())
                .isEqualTo("fail");
        assertThat(decide(notWorse("roc_auc", 0.01, false), BAD, GOOD, null).result())
                .isEqualTo("fail");
        assertThat(decide(notWorse("log_loss", 0.05, true), GOOD, GOOD, null).result())
                .isEqualTo("pass");
    }

    @Test
    void saysHowManyRowsItNeedsWhenTheseCannotTell() {
        // Ten rows each in turn, so that either has as many positives: numpy puts the difference of log_loss at
        // -0.00014,
        // with 90 % between -0.0105 and 0.0104.
        double[] nearly = rows(i -> i / 10 % 2 == 0 ? GOOD[i] : BAD[i]);
        double[] otherHalf = rows(i -> i / 10 % 2 == 1 ? GOOD[i] : BAD[i]);

        GateDecision decision = decide(notWorse("log_loss", 0.0001, false), nearly, otherHalf, null);

        assertThat(decision.result()).isEqualTo("inconclusive");
        assertThat(decision.difference()).isCloseTo(-0.00014351647131454027, within(1e-9));
        assertThat(decision.lowerBound()).isCloseTo(-0.0105, within(0.001));
        assertThat(decision.upperBound()).isCloseTo(0.0104, within(0.001));
        assertThat(decision.neededRows()).isGreaterThan(ROWS);
    }

    @Test
    void asksForMoreThanEqualWhenTheRuleIsBetter() {
        assertThat(decide(better(0.1), GOOD, BAD, null).result()).isEqualTo("pass");
        assertThat(decide(better(0.1), GOOD, GOOD, null).result()).isEqualTo("fail");
        assertThat(decide(better(0.222), GOOD, BAD, null).result()).isEqualTo("inconclusive");
    }

    @Test
    void skipsWithoutAChampionAndFailsClosedWhenItCannotBeScored() {
        assertThat(decide(notWorse("log_loss", 0.05, true), GOOD, null, null).result())
                .isEqualTo("skipped");

        GateDecision unscored = decide(notWorse("log_loss", 0.05, true), GOOD, null, "the champion's file is damaged");
        assertThat(unscored.result()).isEqualTo("error");
        assertThat(unscored.reason()).contains("damaged");
    }

    @Test
    void neverPassesOnWhatIsNotANumberOrNotDefined() {
        double[] broken = GOOD.clone();
        broken[7] = Double.NaN;
        assertThat(decide(new GateSpec.Absolute("rule", false, "log_loss", false, 9), broken, null, null)
                        .result())
                .isEqualTo("error");
        assertThat(decide(notWorse("log_loss", 0.05, true), broken, BAD, null).result())
                .isEqualTo("error");
        assertThat(decide(notWorse("charm", 0.05, true), GOOD, BAD, null).result())
                .isEqualTo("error");
        Scores oneClass = new Scores(new double[] {1, 1, 1}, new double[] {0.1, 0.2, 0.3}, null);
        assertThat(evaluation(oneClass, null)
                        .decide(List.of(new GateSpec.Absolute("rule", false, "roc_auc", true, 0)))
                        .get(0)
                        .result())
                .isEqualTo("error");
    }

    @Test
    void asksForEnoughRowsOfEachClass() {
        assertThat(decide(new GateSpec.Enough("rule", false, 2000, 600, 1400, 0), GOOD, null, null)
                        .result())
                .isEqualTo("pass");
        GateDecision tooFew = decide(new GateSpec.Enough("rule", false, 100, 601, 1, 0), GOOD, null, null);
        assertThat(tooFew.result()).isEqualTo("inconclusive");
        assertThat(tooFew.reason()).contains("600 positive");
    }

    @Test
    void comparesWithTheBestConstantAnswer() {
        GateSpec dummy = new GateSpec.Comparison("rule", false, "log_loss", true, true, 0.01, false, 0.95);

        GateDecision decision = decide(dummy, GOOD, null, null);

        assertThat(decision.result()).isEqualTo("pass");
        // -(0.3 ln 0.3 + 0.7 ln 0.7), the entropy of three in ten.
        assertThat(decision.champion()).isCloseTo(0.6108643020548935, within(1e-9));
    }

    @Test
    void evaluatesEveryRuleAlsoAfterTheFirstFailure() {
        List<GateDecision> decisions = evaluation(new Scores(TRUTH, BAD, GOOD), null)
                .decide(List.of(
                        new GateSpec.Absolute("first", false, "roc_auc", true, 0.99),
                        new GateSpec.Absolute("second", true, "roc_auc", true, 0.5)));

        assertThat(decisions).extracting(GateDecision::result).containsExactly("fail", "pass");
        assertThat(decisions).extracting(GateDecision::severity).containsExactly("required", "warn");
    }

    private static GateSpec notWorse(String metric, double margin, boolean relative) {
        return new GateSpec.Comparison("rule", false, metric, false, false, margin, relative, 0.95);
    }

    private static GateSpec better(double margin) {
        return new GateSpec.Comparison("rule", false, "log_loss", true, false, margin, false, 0.95);
    }

    private static GateDecision decide(
            GateSpec rule, double[] candidate, double @Nullable [] champion, @Nullable String championError) {
        return evaluation(new Scores(TRUTH, candidate, champion), championError)
                .decide(List.of(rule))
                .get(0);
    }

    private static GateEvaluation evaluation(Scores scores, @Nullable String championError) {
        return new GateEvaluation(scores, TRUTH, false, 2026, 2000, championError);
    }

    private static double[] scores(double signal) {
        return rows(i -> Math.min(
                0.99, Math.max(0.01, 0.3 + signal * (TRUTH[i] - 0.3) + 0.3 * (i * 104729L % 1000 / 1000.0 - 0.5))));
    }

    private static double[] rows(java.util.function.IntToDoubleFunction value) {
        return IntStream.range(0, ROWS).mapToDouble(value).toArray();
    }
}
