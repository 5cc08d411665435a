package io.millrace.statistics.metric;

/** Formulae for truth 0 or 1 and a score in [0, 1]. Lengths are checked by the catalogue. */
final class BinaryMetrics {

    static final double CLIP = 1e-15;
    static final int CALIBRATION_BINS = 10;

    private BinaryMetrics() {}

    private record Confusion(long truePositive, long falsePositive, long falseNegative, long trueNegative) {

        static Confusion of(double[] truth, double[] score, double threshold) {
            long[] cells = new long[4];
            for (int i = 0; i < truth.length; i++) {
                cells[(truth[i] > 0.5 ? 0 : 2) + (score[i] >= threshold ? 0 : 1)]++;
            }
            return new Confusion(cells[0], cells[2], cells[1], cells[3]);
        }
    }

    static double accuracy(double[] truth, double[] score, double threshold) {
        Confusion table = Confusion.of(truth, score, threshold);
        return (double) (table.truePositive + table.trueNegative) / truth.length;
    }

    static double precision(double[] truth, double[] score, double threshold) {
        Confusion table = Confusion.of(truth, score, threshold);
        long predicted = table.truePositive + table.falsePositive;
        return predicted == 0 ? 0 : (double) table.truePositive / predicted;
    }

    static double recall(double[] truth, double[] score, double threshold) {
        Confusion table = Confusion.of(truth, score, threshold);
        return (double) table.truePositive / (table.truePositive + table.falseNegative);
    }

    static double f1(double[] truth, double[] score, double threshold) {
        Confusion table = Confusion.of(truth, score, threshold);
        long twice = 2 * table.truePositive;
        return (double) twice / (twice + table.falsePositive + table.falseNegative);
    }

    static double rocAuc(double[] truth, double[] score) {
        double[] ranks = Ranks.mid(score);
        long positives = 0;
        double sum = 0;
        for (int i = 0; i < truth.length; i++) {
            if (truth[i] > 0.5) {
                positives++;
                sum += ranks[i];
            }
        }
        long negatives = truth.length - positives;
        if (positives == 0 || negatives == 0) {
            return Double.NaN;
        }
        return (sum - positives * (positives + 1) / 2.0) / ((double) positives * negatives);
    }

    static double averagePrecision(double[] truth, double[] score) {
        int[] order = Ranks.descending(score);
        long hits = 0;
        double sum = 0;
        int from = 0;
        while (from < order.length) {
            int to = from;
            long found = 0;
            while (to < order.length && score[order[to]] == score[order[from]]) {
                found += truth[order[to++]] > 0.5 ? 1 : 0;
            }
            hits += found;
            sum += found * ((double) hits / to);
            from = to;
        }
        return sum / hits;
    }

    static double logLoss(double[] truth, double[] score) {
        double sum = 0;
        for (int i = 0; i < truth.length; i++) {
            double likelihood = truth[i] > 0.5 ? score[i] : 1 - score[i];
            sum -= Math.log(Math.min(1 - CLIP, Math.max(CLIP, likelihood)));
        }
        return sum / truth.length;
    }

    static double brier(double[] truth, double[] score) {
        double sum = 0;
        for (int i = 0; i < truth.length; i++) {
            double error = score[i] - (truth[i] > 0.5 ? 1 : 0);
            sum += error * error;
        }
        return sum / truth.length;
    }

    static double calibrationError(double[] truth, double[] score) {
        double[] gaps = new double[CALIBRATION_BINS];
        for (int i = 0; i < truth.length; i++) {
            gaps[calibrationBin(score[i])] += score[i] - (truth[i] > 0.5 ? 1 : 0);
        }
        double sum = 0;
        for (double gap : gaps) {
            sum += Math.abs(gap);
        }
        return sum / truth.length;
    }

    /** [0, 0.1), [0.1, 0.2) ... [0.9, 1]. */
    static int calibrationBin(double score) {
        return Math.max(0, Math.min(CALIBRATION_BINS - 1, (int) Math.floor(score * CALIBRATION_BINS)));
    }
}
