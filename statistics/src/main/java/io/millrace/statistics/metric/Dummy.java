package io.millrace.statistics.metric;

import java.util.Arrays;

/** Baselines that look at no feature: what a model must beat to be worth serving. */
public final class Dummy {

    private Dummy() {}

    /**
     * Scores every row with the share of positives in training: the best constant for log loss and Brier, and at threshold 0.5
     * the majority class.
     *
     * @param trainTruth 0 or 1
     * @param rows length of the result
     */
    public static double[] majority(double[] trainTruth, int rows) {
        return mean(trainTruth, rows);
    }

    /** Predicts the training mean for every row. */
    public static double[] mean(double[] trainTruth, int rows) {
        if (trainTruth.length == 0) {
            throw new IllegalArgumentException("trainTruth: no rows");
        }
        double[] constant = new double[rows];
        Arrays.fill(constant, Arrays.stream(trainTruth).sum() / trainTruth.length);
        return constant;
    }

    /** Class shares in training as probabilities of every row, row-major {@code rows * classes}. */
    public static double[] classPriors(double[] trainTruth, int classes, int rows) {
        if (trainTruth.length == 0) {
            throw new IllegalArgumentException("trainTruth: no rows");
        }
        double[] shares = new double[classes];
        for (double label : trainTruth) {
            shares[(int) label] += 1.0 / trainTruth.length;
        }
        double[] constant = new double[rows * classes];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(shares, 0, constant, row * classes, classes);
        }
        return constant;
    }
}
