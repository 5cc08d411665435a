package io.millrace.statistics.metric;

import java.util.function.ToDoubleBiFunction;

/** The classification metrics of the catalogue for more than two classes. */
public final class MulticlassMetrics {

    private MulticlassMetrics() {}

    /**
     * One metric over rows of class probabilities. Accuracy takes the most probable class. Precision, recall, F1, ROC AUC and
     * PR AUC are macro averages over the classes present in truth, one against the rest. Brier is the sum over classes. ECE is
     * of the most probable class.
     *
     * @param truth class numbers 0 .. classes - 1
     * @param probabilities row-major, {@code truth.length * classes}
     * @return NaN when not defined on these rows or a probability is NaN
     * @throws IllegalArgumentException for a regression metric, or lengths or class numbers that do not fit
     */
    public static double compute(Metric metric, double[] truth, double[] probabilities, int classes) {
        if (metric.task() != MetricTask.CLASSIFICATION) {
            throw new IllegalArgumentException("metric: " + metric.metricName() + " is not of classification");
        }
        check(truth, probabilities, classes);
        for (double probability : probabilities) {
            if (Double.isNaN(probability)) {
                return Double.NaN;
            }
        }
        double[] predicted = predicted(probabilities, classes);
        return switch (metric) {
            case ACCURACY -> accuracy(truth, predicted);
            case LOG_LOSS -> logLoss(truth, probabilities, classes);
            case BRIER -> brier(truth, probabilities, classes);
            case ECE -> calibrationError(truth, predicted, probabilities, classes);
            case ROC_AUC, PR_AUC ->
                macro(truth, classes, (label, own) -> metric.compute(own, column(probabilities, classes, label)));
            case F1, PRECISION, RECALL ->
                macro(truth, classes, (label, own) -> metric.compute(own, indicator(predicted, label)));
            case RMSE, MAE, R2, SMAPE -> throw new IllegalArgumentException(metric.metricName());
        };
    }

    /** The most probable class of each row; the first of equals. */
    public static double[] predicted(double[] probabilities, int classes) {
        double[] predicted = new double[probabilities.length / classes];
        for (int row = 0; row < predicted.length; row++) {
            int best = 0;
            for (int label = 1; label < classes; label++) {
                if (probabilities[row * classes + label] > probabilities[row * classes + best]) {
                    best = label;
                }
            }
            predicted[row] = best;
        }
        return predicted;
    }

    private static void check(double[] truth, double[] probabilities, int classes) {
        if (classes < 2 || truth.length == 0 || probabilities.length != truth.length * classes) {
            throw new IllegalArgumentException("probabilities: " + probabilities.length + " values for " + truth.length
                    + " rows of " + classes + " classes");
        }
        for (double label : truth) {
            if (!(label >= 0 && label < classes && label == Math.rint(label))) {
                throw new IllegalArgumentException("truth: " + label + " is not a class number");
            }
        }
    }

    private static double accuracy(double[] truth, double[] predicted) {
        int right = 0;
        for (int i = 0; i < truth.length; i++) {
            right += truth[i] == predicted[i] ? 1 : 0;
        }
        return (double) right / truth.length;
    }

    private static double logLoss(double[] truth, double[] probabilities, int classes) {
        double sum = 0;
        for (int row = 0; row < truth.length; row++) {
            double likelihood = probabilities[row * classes + (int) truth[row]];
            sum -= Math.log(Math.min(1 - BinaryMetrics.CLIP, Math.max(BinaryMetrics.CLIP, likelihood)));
        }
        return sum / truth.length;
    }

    private static double brier(double[] truth, double[] probabilities, int classes) {
        double sum = 0;
        for (int i = 0; i < probabilities.length; i++) {
            double error = probabilities[i] - (truth[i / classes] == i % classes ? 1 : 0);
            sum += error * error;
        }
        return sum / truth.length;
    }

    private static double calibrationError(double[] truth, double[] predicted, double[] probabilities, int classes) {
        double[] right = new double[truth.length];
        double[] confidence = new double[truth.length];
        for (int row = 0; row < truth.length; row++) {
            right[row] = truth[row] == predicted[row] ? 1 : 0;
            confidence[row] = probabilities[row * classes + (int) predicted[row]];
        }
        return BinaryMetrics.calibrationError(right, confidence);
    }

    private static double macro(double[] truth, int classes, ToDoubleBiFunction<Integer, double[]> oneAgainstRest) {
        double sum = 0;
        int present = 0;
        for (int label = 0; label < classes; label++) {
            double[] own = indicator(truth, label);
            for (double value : own) {
                if (value == 1) {
                    sum += oneAgainstRest.applyAsDouble(label, own);
                    present++;
                    break;
                }
            }
        }
        return sum / present;
    }

    private static double[] indicator(double[] labels, int label) {
        double[] own = new double[labels.length];
        for (int i = 0; i < own.length; i++) {
            own[i] = labels[i] == label ? 1 : 0;
        }
        return own;
    }

    private static double[] column(double[] probabilities, int classes, int label) {
        double[] column = new double[probabilities.length / classes];
        for (int row = 0; row < column.length; row++) {
            column[row] = probabilities[row * classes + label];
        }
        return column;
    }
}
