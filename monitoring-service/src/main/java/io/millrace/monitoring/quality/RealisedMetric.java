package io.millrace.monitoring.quality;

import io.millrace.statistics.interval.Interval;
import io.millrace.statistics.interval.Wilson;
import io.millrace.statistics.metric.Metric;
import io.millrace.statistics.test.DeLong;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A metric that is measured on labels. */
record RealisedMetric(Metric metric) {

    private static final double CONFIDENCE = 0.95;

    private static final List<RealisedMetric> BINARY = List.of(
            new RealisedMetric(Metric.ROC_AUC),
            new RealisedMetric(Metric.LOG_LOSS),
            new RealisedMetric(Metric.BRIER),
            new RealisedMetric(Metric.ACCURACY));

    private static final List<RealisedMetric> REGRESSION =
            List.of(new RealisedMetric(Metric.RMSE), new RealisedMetric(Metric.MAE), new RealisedMetric(Metric.R2));

    /** A value and the ends of its 95 % interval; null where there is none. */
    record Measured(
            @Nullable Double value,
            @Nullable Double lower,
            @Nullable Double upper) {}

    static List<RealisedMetric> of(boolean binary) {
        return binary ? BINARY : REGRESSION;
    }

    String name() {
        return metric.metricName();
    }

    /** A value that is not defined, such as the AUC of one class, is absent. */
    Measured measure(double[] truth, double[] score) {
        if (truth.length == 0) {
            return new Measured(null, null, null);
        }
        double value = metric.compute(truth, score);
        if (Double.isNaN(value)) {
            return new Measured(null, null, null);
        }
        Interval interval = interval(truth, score, value);
        return interval == null || !interval.defined()
                ? new Measured(value, null, null)
                : new Measured(value, interval.lower(), interval.upper());
    }

    private @Nullable Interval interval(double[] truth, double[] score, double value) {
        if (metric == Metric.ACCURACY) {
            return Wilson.of(Math.round(value * truth.length), truth.length, CONFIDENCE);
        }
        if (metric == Metric.ROC_AUC && spread(truth)) {
            // Against a constant score, whose AUC is 1/2 without variance, DeLong's variance is that of this AUC alone.
            Interval overHalf =
                    DeLong.paired(truth, score, new double[truth.length]).difference(CONFIDENCE);
            return new Interval(value, overHalf.lower() + 0.5, Math.min(1, overHalf.upper() + 0.5), CONFIDENCE);
        }
        return null;
    }

    /** DeLong's variance needs two rows of each class. */
    private static boolean spread(double[] truth) {
        long positives = Arrays.stream(truth).filter(t -> t == 1).count();
        return positives >= 2 && truth.length - positives >= 2;
    }
}
