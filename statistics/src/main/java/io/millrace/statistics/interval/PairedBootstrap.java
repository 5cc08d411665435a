package io.millrace.statistics.interval;

import io.millrace.statistics.metric.Metric;
import io.millrace.statistics.metric.Ranks;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Percentile bootstrap of the difference of a metric between two models on the same rows: each replicate draws row numbers
 * once and scores both models on them. The same seed gives the same interval on every platform.
 *
 * @param seed of the draws
 * @param replicates at least 100; 2000 or more for a 95% interval
 * @param confidence two-sided, in (0, 1)
 */
public record PairedBootstrap(long seed, int replicates, double confidence) {

    public PairedBootstrap {
        if (replicates < 100) {
            throw new IllegalArgumentException("replicates: " + replicates + " is below 100");
        }
        Interval.requireConfidence(confidence);
    }

    /** A metric over some rows; rows repeat. NaN when it is not defined on them. */
    @FunctionalInterface
    public interface RowMetric {
        double compute(int[] rows);
    }

    /** A metric over truth and score. NaN when it is not defined. */
    @FunctionalInterface
    public interface ScoreMetric {
        double compute(double[] truth, double[] score);
    }

    /**
     * What the replicates gave.
     *
     * @param interval of the difference, candidate minus champion; NaN ends when fewer than half of the replicates are defined
     * @param candidate the metric of the candidate on all rows
     * @param champion the metric of the champion on all rows
     * @param undefined replicates on which the metric of either model was not defined; they are left out
     * @param replicates all replicates
     */
    public record Result(Interval interval, double candidate, double champion, int undefined, int replicates) {

        /** Whether so many replicates were undefined (over 1%) that the interval must not be used. */
        public boolean unreliable() {
            return !interval.defined() || undefined > replicates / 100.0;
        }
    }

    /** {@link #difference(ScoreMetric, double[], double[], double[], boolean)} for a metric of the catalogue. */
    public Result difference(Metric metric, double[] truth, double[] candidate, double[] champion, boolean stratified) {
        return difference(metric::compute, truth, candidate, champion, stratified);
    }

    /** The same for a metric of the catalogue that needs a decision threshold. */
    public Result difference(
            Metric metric,
            double[] truth,
            double[] candidate,
            double[] champion,
            double threshold,
            boolean stratified) {
        return difference(
                (labels, scores) -> metric.compute(labels, scores, threshold), truth, candidate, champion, stratified);
    }

    /**
     * Any metric of truth and score. The order of rows handed to the metric is by descending score of each model, so metrics
     * that sort find their work done.
     *
     * @param stratified whether each replicate keeps the number of rows of every value of truth: for rare classes only
     */
    public Result difference(
            ScoreMetric metric, double[] truth, double[] candidate, double[] champion, boolean stratified) {
        if (truth.length != candidate.length || truth.length != champion.length) {
            throw new IllegalArgumentException("truth, candidate, champion: differ in length");
        }
        return run(strata(truth, stratified), sorted(metric, truth, candidate), sorted(metric, truth, champion));
    }

    /** Any metric that can be computed from row numbers, such as one over class probabilities. */
    public Result difference(int rows, RowMetric candidate, RowMetric champion) {
        return difference(new double[rows], candidate, champion, false);
    }

    /** The same, keeping in each replicate the number of rows of every value of {@code labels} when stratified. */
    public Result difference(double[] labels, RowMetric candidate, RowMetric champion, boolean stratified) {
        return run(strata(labels, stratified), byRow(candidate), byRow(champion));
    }

    /** Percentile interval of one model's metric. The estimate is the metric on all rows. */
    public Result estimate(ScoreMetric metric, double[] truth, double[] score, boolean stratified) {
        if (truth.length != score.length) {
            throw new IllegalArgumentException("truth, score: differ in length");
        }
        return run(strata(truth, stratified), sorted(metric, truth, score), null);
    }

    /** The metric given how often each row was drawn. */
    private interface WeightedMetric {
        double compute(int[] drawn, int total);
    }

    private static WeightedMetric byRow(RowMetric metric) {
        return (drawn, total) -> {
            int[] rows = new int[total];
            int next = 0;
            for (int row = 0; row < drawn.length; row++) {
                Arrays.fill(rows, next, next + drawn[row], row);
                next += drawn[row];
            }
            return metric.compute(rows);
        };
    }

    private static WeightedMetric sorted(ScoreMetric metric, double[] truth, double[] score) {
        int[] order = Ranks.descending(score);
        return (drawn, total) -> {
            double[] labels = new double[total];
            double[] scores = new double[total];
            int next = 0;
            for (int row : order) {
                for (int times = drawn[row]; times > 0; times--) {
                    labels[next] = truth[row];
                    scores[next++] = score[row];
                }
            }
            return metric.compute(labels, scores);
        };
    }

    private Result run(int[][] strata, WeightedMetric candidate, @Nullable WeightedMetric champion) {
        int rows = Arrays.stream(strata).mapToInt(stratum -> stratum.length).sum();
        if (rows == 0) {
            throw new IllegalArgumentException("rows: none");
        }
        int[] drawn = new int[rows];
        Arrays.fill(drawn, 1);
        double candidateValue = candidate.compute(drawn, rows);
        double championValue = champion == null ? 0 : champion.compute(drawn, rows);
        SplittableRandom random = new SplittableRandom(seed);
        double[] differences = new double[replicates];
        int defined = 0;
        for (int replicate = 0; replicate < replicates; replicate++) {
            draw(strata, random, drawn);
            double difference = candidate.compute(drawn, rows) - (champion == null ? 0 : champion.compute(drawn, rows));
            if (Double.isFinite(difference)) {
                differences[defined++] = difference;
            }
        }
        double estimate = candidateValue - championValue;
        return new Result(
                percentile(estimate, Arrays.copyOf(differences, defined)),
                candidateValue,
                champion == null ? Double.NaN : championValue,
                replicates - defined,
                replicates);
    }

    private static void draw(int[][] strata, SplittableRandom random, int[] drawn) {
        Arrays.fill(drawn, 0);
        for (int[] stratum : strata) {
            for (int i = 0; i < stratum.length; i++) {
                drawn[stratum[random.nextInt(stratum.length)]]++;
            }
        }
    }

    private Interval percentile(double estimate, double[] differences) {
        if (differences.length * 2 < replicates) {
            return new Interval(estimate, Double.NaN, Double.NaN, confidence);
        }
        Arrays.sort(differences);
        double tail = (1 - confidence) / 2;
        return new Interval(estimate, at(differences, tail), at(differences, 1 - tail), confidence);
    }

    private static double at(double[] sorted, double probability) {
        double position = (sorted.length - 1) * probability;
        int below = (int) Math.floor(position);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    private static int[][] strata(double[] labels, boolean stratified) {
        int[] order = Ranks.descending(labels);
        if (!stratified) {
            Arrays.sort(order);
            return new int[][] {order};
        }
        int[][] strata = new int[labels.length][];
        int count = 0;
        int from = 0;
        for (int i = 1; i <= order.length; i++) {
            if (i == order.length || labels[order[i]] != labels[order[from]]) {
                strata[count++] = Arrays.copyOfRange(order, from, i);
                from = i;
            }
        }
        return Arrays.copyOf(strata, count);
    }
}
