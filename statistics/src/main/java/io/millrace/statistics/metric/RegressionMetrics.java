package io.millrace.statistics.metric;

/** Formulae for truth and prediction in the unit of the target. Lengths are checked by the catalogue. */
final class RegressionMetrics {

    private RegressionMetrics() {}

    static double rmse(double[] truth, double[] prediction) {
        return Math.sqrt(squares(truth, prediction) / truth.length);
    }

    static double mae(double[] truth, double[] prediction) {
        double sum = 0;
        for (int i = 0; i < truth.length; i++) {
            sum += Math.abs(prediction[i] - truth[i]);
        }
        return sum / truth.length;
    }

    static double r2(double[] truth, double[] prediction) {
        double mean = 0;
        for (double value : truth) {
            mean += value / truth.length;
        }
        double total = 0;
        boolean constant = true;
        for (double value : truth) {
            total += (value - mean) * (value - mean);
            constant &= value == truth[0];
        }
        return constant ? Double.NaN : 1 - squares(truth, prediction) / total;
    }

    static double smape(double[] truth, double[] prediction) {
        double sum = 0;
        for (int i = 0; i < truth.length; i++) {
            double size = Math.abs(truth[i]) + Math.abs(prediction[i]);
            sum += size == 0 ? 0 : Math.abs(prediction[i] - truth[i]) / size;
        }
        return 200 * sum / truth.length;
    }

    private static double squares(double[] truth, double[] prediction) {
        double sum = 0;
        for (int i = 0; i < truth.length; i++) {
            sum += (prediction[i] - truth[i]) * (prediction[i] - truth[i]);
        }
        return sum;
    }
}
