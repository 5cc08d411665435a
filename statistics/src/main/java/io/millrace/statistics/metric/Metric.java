package io.millrace.statistics.metric;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A metric of a binary classifier (truth 0 or 1, score = probability of 1) or of a regression (truth and prediction in the
 * unit of the target). For more than two classes see {@link MulticlassMetrics}.
 */
public enum Metric {
    /** Share of rows on the right side of the threshold. */
    ACCURACY("accuracy", Direction.HIGHER, MetricTask.CLASSIFICATION, BinaryMetrics::accuracy),
    /** Area under the ROC curve by mid-ranks: ties count a half. NaN with one class only. */
    ROC_AUC("roc_auc", Direction.HIGHER, MetricTask.CLASSIFICATION, (t, s, h) -> BinaryMetrics.rocAuc(t, s)),
    /** Average precision, the step-wise area under the precision-recall curve; ties enter together. NaN without positives. */
    PR_AUC("pr_auc", Direction.HIGHER, MetricTask.CLASSIFICATION, (t, s, h) -> BinaryMetrics.averagePrecision(t, s)),
    /** Mean negative log-likelihood in nats, scores clipped to [1e-15, 1 - 1e-15]. */
    LOG_LOSS("log_loss", Direction.LOWER, MetricTask.CLASSIFICATION, (t, s, h) -> BinaryMetrics.logLoss(t, s)),
    /** Mean squared difference of score and truth. */
    BRIER("brier", Direction.LOWER, MetricTask.CLASSIFICATION, (t, s, h) -> BinaryMetrics.brier(t, s)),
    /** Expected calibration error over ten bins of equal width: mean of |mean score - share of positives|, weighted by rows. */
    ECE("ece", Direction.LOWER, MetricTask.CLASSIFICATION, (t, s, h) -> BinaryMetrics.calibrationError(t, s)),
    /** 2 TP / (2 TP + FP + FN). NaN when there are neither positives nor predicted ones. */
    F1("f1", Direction.HIGHER, MetricTask.CLASSIFICATION, BinaryMetrics::f1),
    /** TP / (TP + FP); 0 when nothing is predicted positive. */
    PRECISION("precision", Direction.HIGHER, MetricTask.CLASSIFICATION, BinaryMetrics::precision),
    /** TP / (TP + FN). NaN without positives. */
    RECALL("recall", Direction.HIGHER, MetricTask.CLASSIFICATION, BinaryMetrics::recall),
    /** Root mean squared error, in the unit of the target. */
    RMSE("rmse", Direction.LOWER, MetricTask.REGRESSION, (t, s, h) -> RegressionMetrics.rmse(t, s)),
    /** Mean absolute error, in the unit of the target. */
    MAE("mae", Direction.LOWER, MetricTask.REGRESSION, (t, s, h) -> RegressionMetrics.mae(t, s)),
    /** Share of variance explained, at most 1. NaN when the truth is constant. */
    R2("r2", Direction.HIGHER, MetricTask.REGRESSION, (t, s, h) -> RegressionMetrics.r2(t, s)),
    /** Symmetric mean absolute percentage error, 0 to 200 per cent; a row with both values 0 counts 0. */
    SMAPE("smape", Direction.LOWER, MetricTask.REGRESSION, (t, s, h) -> RegressionMetrics.smape(t, s));

    /** Scores at or above it are predicted positive, where no other threshold is given. */
    public static final double DEFAULT_THRESHOLD = 0.5;

    private final String metricName;
    private final Direction direction;
    private final MetricTask task;
    private final Formula formula;

    Metric(String metricName, Direction direction, MetricTask task, Formula formula) {
        this.metricName = metricName;
        this.direction = direction;
        this.task = task;
        this.formula = formula;
    }

    private interface Formula {
        double compute(double[] truth, double[] score, double threshold);
    }

    /** By catalogue name ({@code roc_auc}) or a common other name ({@code auc}), whatever the case. */
    public static Optional<Metric> find(String name) {
        String wanted = name.toLowerCase(Locale.ROOT).replace('-', '_');
        String known = switch (wanted) {
            case "auc", "auroc" -> "roc_auc";
            case "average_precision", "auprc" -> "pr_auc";
            case "logloss" -> "log_loss";
            case "brier_score" -> "brier";
            case "f1_score" -> "f1";
            default -> wanted;
        };
        return Arrays.stream(values())
                .filter(metric -> metric.metricName.equals(known))
                .findFirst();
    }

    /** The name in specifications, tables and JSON. */
    public String metricName() {
        return metricName;
    }

    public Direction direction() {
        return direction;
    }

    public MetricTask task() {
        return task;
    }

    /** Whether the value depends on the decision threshold. */
    public boolean usesThreshold() {
        return this == ACCURACY || this == F1 || this == PRECISION || this == RECALL;
    }

    /** {@link #compute(double[], double[], double)} at threshold 0.5. */
    public double compute(double[] truth, double[] score) {
        return compute(truth, score, DEFAULT_THRESHOLD);
    }

    /**
     * The metric over all rows; NaN when it is not defined on them or a value is NaN.
     *
     * @throws IllegalArgumentException when the arrays differ in length or are empty
     */
    public double compute(double[] truth, double[] score, double threshold) {
        if (truth.length != score.length) {
            throw new IllegalArgumentException("truth, score: " + truth.length + " against " + score.length + " rows");
        }
        if (truth.length == 0) {
            throw new IllegalArgumentException("truth: no rows");
        }
        for (int i = 0; i < truth.length; i++) {
            if (Double.isNaN(truth[i]) || Double.isNaN(score[i])) {
                return Double.NaN;
            }
        }
        return formula.compute(truth, score, threshold);
    }
}
