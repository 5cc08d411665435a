package io.millrace.pipeline.gate;

import io.millrace.pipeline.definition.GateSpec;
import io.millrace.pipeline.evaluation.Scores;
import io.millrace.statistics.interval.Interval;
import io.millrace.statistics.interval.NonInferiority;
import io.millrace.statistics.interval.PairedBootstrap;
import io.millrace.statistics.metric.Direction;
import io.millrace.statistics.metric.Dummy;
import io.millrace.statistics.metric.Metric;
import io.millrace.statistics.metric.MetricTask;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides every rule on the scores of one run. Pure. All rules are evaluated, also after the first failure. */
final class GateEvaluation {

    /** Binary floating point must not decide at the bound itself. */
    private static final double TOLERANCE = 1e-9;

    private static final double SMALLEST_BASE = 1e-12;

    private final Scores scores;
    private final double[] trainTruth;
    private final boolean regression;
    private final long seed;
    private final int replicates;
    private final @Nullable String championError;

    /**
     * @param trainTruth labels of the training rows, from which the dummy takes its one answer
     * @param championError why there is a champion and yet no score of it
     */
    GateEvaluation(
            Scores scores,
            double[] trainTruth,
            boolean regression,
            long seed,
            int replicates,
            @Nullable String championError) {
        this.scores = scores;
        this.trainTruth = trainTruth;
        this.regression = regression;
        this.seed = seed;
        this.replicates = replicates;
        this.championError = championError;
    }

    List<GateDecision> decide(List<GateSpec> rules) {
        List<GateDecision> decisions = new ArrayList<>();
        for (GateSpec rule : rules) {
            decisions.add(decide(rule).at(decisions.size()));
        }
        return decisions;
    }

    private GateDecision decide(GateSpec rule) {
        if (rule instanceof GateSpec.Absolute absolute) {
            return absolute(absolute);
        }
        if (rule instanceof GateSpec.Comparison comparison) {
            return comparison(comparison);
        }
        if (rule instanceof GateSpec.Enough enough) {
            return enough(enough);
        }
        throw new IllegalStateException("no such rule: " + rule);
    }

    private GateDecision absolute(GateSpec.Absolute rule) {
        Decision decision = new Decision(rule, "absolute");
        decision.metric = rule.metric();
        decision.threshold = rule.bound();
        decision.sampleSize = (long) scores.truth().length;
        Optional<Metric> metric = Metric.find(rule.metric());
        double value = metric.filter(this::fits)
                .map(m -> scores.measure(m, scores.candidate()))
                .orElse(Double.NaN);
        if (Double.isNaN(value)) {
            return decision.result(GateResult.ERROR, rule.metric() + " is not defined on these rows");
        }
        decision.candidate = value;
        boolean met = rule.atLeast() ? value >= rule.bound() - TOLERANCE : value <= rule.bound() + TOLERANCE;
        String text = String.format(Locale.ROOT, "%s is %.4f", rule.metric(), value);
        return decision.result(met ? GateResult.PASS : GateResult.FAIL, text);
    }

    /** A metric of regressions says nothing about classes, nor the other way round. */
    private boolean fits(Metric metric) {
        return (metric.task() == MetricTask.REGRESSION) == regression;
    }

    private GateDecision enoughOfEach(GateSpec.Enough rule) {
        Decision decision = new Decision(rule, "enough");
        long rows = scores.truth().length;
        int classes = scores.width();
        long[] counts = new long[classes];
        for (double label : scores.truth()) {
            counts[(int) label]++;
        }
        decision.sampleSize = rows;
        long fewest = Arrays.stream(counts).min().orElse(0);
        boolean met = rows >= rule.rows() && fewest >= rule.perClass();
        if (!met) {
            decision.neededRows = Math.max(rule.rows(), rule.perClass() * classes);
        }
        String text = rows + " rows of " + classes + " classes, " + fewest + " of the rarest";
        return decision.result(met ? GateResult.PASS : GateResult.INCONCLUSIVE, text);
    }

    private GateDecision enough(GateSpec.Enough rule) {
        if (scores.width() > 1) {
            return enoughOfEach(rule);
        }
        Decision decision = new Decision(rule, "enough");
        long rows = scores.truth().length;
        long positives = Arrays.stream(scores.truth()).filter(t -> t == 1).count();
        decision.sampleSize = rows;
        boolean met = rows >= rule.rows()
                && (regression || positives >= rule.positives() && rows - positives >= rule.negatives());
        String text = regression
                ? rows + " rows"
                : rows + " rows, " + positives + " positive and " + (rows - positives) + " negative";
        if (!met) {
            decision.neededRows = Math.max(rule.rows(), rule.positives() + rule.negatives());
        }
        return decision.result(met ? GateResult.PASS : GateResult.INCONCLUSIVE, text);
    }

    private GateDecision comparison(GateSpec.Comparison rule) {
        Decision decision = new Decision(rule, rule.better() ? "better" : "not-worse");
        decision.metric = rule.metric();
        decision.sampleSize = (long) scores.truth().length;
        Optional<Metric> found = Metric.find(rule.metric());
        if (found.filter(this::fits).isEmpty()) {
            return decision.result(GateResult.ERROR, "no metric " + rule.metric() + " for this kind of model");
        }
        double[] other = rule.dummy() ? dummy() : scores.champion();
        if (other == null) {
            return championError == null
                    ? decision.result(GateResult.SKIPPED, "no champion")
                    : decision.result(GateResult.ERROR, championError);
        }
        return compare(rule, found.get(), other, decision);
    }

    private double[] dummy() {
        if (scores.width() > 1) {
            return Dummy.classPriors(trainTruth, scores.width(), scores.truth().length);
        }
        return regression
                ? Dummy.mean(trainTruth, scores.truth().length)
                : constant(Arrays.stream(trainTruth).average().orElse(0.5));
    }

    /** The share of positives among the training rows is the best constant probability. */
    private double[] constant(double value) {
        double[] constant = new double[scores.truth().length];
        Arrays.fill(constant, value);
        return constant;
    }

    private GateDecision compare(GateSpec.Comparison rule, Metric metric, double[] other, Decision decision) {
        // A one-sided test at level 1 - confidence is read off a two-sided interval that leaves as much on either side.
        double twoSided = 2 * rule.confidence() - 1;
        PairedBootstrap bootstrap = new PairedBootstrap(seed, replicates, twoSided);
        boolean stratify = !regression && scores.hasRareClass();
        PairedBootstrap.Result result = scores.width() == 1
                ? bootstrap.difference(metric, scores.truth(), scores.candidate(), other, stratify)
                : bootstrap.difference(
                        scores.truth(),
                        rows -> scores.measure(metric, scores.candidate(), rows),
                        rows -> scores.measure(metric, other, rows),
                        stratify);
        decision.candidate = result.candidate();
        decision.champion = result.champion();
        decision.method = "paired bootstrap, " + replicates + " replicates, one-sided " + percent(rule.confidence());
        Interval interval = result.interval();
        if (result.unreliable() || !interval.defined()) {
            return decision.result(GateResult.ERROR, rule.metric() + " is not defined on too many resamples");
        }
        decision.difference = interval.estimate();
        decision.lowerBound = interval.lower();
        decision.upperBound = interval.upper();
        double margin = rule.margin();
        if (rule.relative()) {
            if (Math.abs(result.champion()) < SMALLEST_BASE) {
                return decision.result(
                        GateResult.ERROR, "a relative margin needs a value that is not 0; give an absolute one");
            }
            margin = rule.margin() * Math.abs(result.champion());
        }
        decision.margin = margin;
        return rule.better()
                ? better(metric, interval, margin, decision)
                : notWorse(metric, interval, margin, decision);
    }

    private GateDecision notWorse(Metric metric, Interval interval, double margin, Decision decision) {
        NonInferiority verdict = NonInferiority.decide(interval, metric.direction(), margin, scores.truth().length);
        return switch (verdict.outcome()) {
            case PASS -> decision.result(GateResult.PASS, "not worse by more than " + number(margin));
            case FAIL -> decision.result(GateResult.FAIL, "worse by more than " + number(margin));
            case INCONCLUSIVE -> {
                if (verdict.neededRows().isPresent()) {
                    decision.neededRows = verdict.neededRows().getAsLong();
                }
                String needed =
                        decision.neededRows == null ? "" : ", about " + decision.neededRows + " rows are needed";
                yield decision.result(GateResult.INCONCLUSIVE, "these rows cannot tell" + needed);
            }
        };
    }

    private GateDecision better(Metric metric, Interval interval, double margin, Decision decision) {
        boolean higher = metric.direction() == Direction.HIGHER;
        double worst = higher ? interval.lower() : -interval.upper();
        double best = higher ? interval.upper() : -interval.lower();
        if (worst > margin) {
            return decision.result(GateResult.PASS, "better by more than " + number(margin));
        }
        return best < margin
                ? decision.result(GateResult.FAIL, "not better by " + number(margin))
                : decision.result(GateResult.INCONCLUSIVE, "these rows cannot tell");
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }

    private static String percent(double confidence) {
        return String.format(Locale.ROOT, "%.4g %%", 100 * confidence);
    }

    /** Gathers the figures of one rule. */
    private static final class Decision {
        private final GateSpec rule;
        private final String kind;
        private @Nullable String metric;
        private @Nullable Double candidate;
        private @Nullable Double champion;
        private @Nullable Double difference;
        private @Nullable Double lowerBound;
        private @Nullable Double upperBound;
        private @Nullable Double margin;
        private @Nullable Double threshold;
        private @Nullable Long sampleSize;
        private @Nullable Long neededRows;
        private @Nullable String method;

        Decision(GateSpec rule, String kind) {
            this.rule = rule;
            this.kind = kind;
        }

        GateDecision result(GateResult result, String reason) {
            return new GateDecision(
                    0,
                    rule.text(),
                    kind,
                    result.wire(),
                    rule.warn() ? "warn" : "required",
                    metric,
                    finite(candidate),
                    finite(champion),
                    finite(difference),
                    finite(lowerBound),
                    finite(upperBound),
                    margin,
                    threshold,
                    sampleSize,
                    neededRows,
                    method,
                    reason);
        }

        private static @Nullable Double finite(@Nullable Double value) {
            return value == null || !Double.isFinite(value) ? null : value;
        }
    }
}
