package io.millrace.runtime.training;

import io.millrace.runtime.tree.FlatTrees;
import io.millrace.runtime.tribuo.DenseModel;
import io.millrace.runtime.tribuo.LinearModel;
import io.millrace.runtime.tribuo.TreeEnsemble;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** How much each feature counts in a compiled model. */
final class Importance {

    private Importance() {}

    /** Shares by name, highest first, summing to 1; empty when all are 0. */
    static Map<String, Double> of(DenseModel model, List<String> names, double[] matrix) {
        double[] raw = model instanceof TreeEnsemble trees ? trees(trees, matrix) : linear((LinearModel) model, matrix);
        double sum = 0;
        for (double value : raw) {
            sum += value;
        }
        if (!(sum > 0) || !Double.isFinite(sum)) {
            return Map.of();
        }
        Map<String, Double> shares = new LinkedHashMap<>();
        double total = sum;
        IntStream.range(0, raw.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -raw[i]))
                .forEach(i -> shares.put(names.get(i), raw[i] / total));
        return Collections.unmodifiableMap(shares);
    }

    private static double[] linear(LinearModel model, double[] matrix) {
        int width = model.width();
        int rows = matrix.length / width;
        double[] raw = new double[width];
        for (int i = 0; i < width; i++) {
            double sum = 0;
            double squares = 0;
            for (int at = i; at < matrix.length; at += width) {
                sum += matrix[at];
                squares += matrix[at] * matrix[at];
            }
            double deviation = Math.sqrt(Math.max(0, squares / rows - (sum / rows) * (sum / rows)));
            for (int output = 0; output < model.outputs(); output++) {
                raw[i] += Math.abs(model.weights()[output * width + i]) * deviation;
            }
        }
        return raw;
    }

    private static double[] trees(TreeEnsemble model, double[] matrix) {
        double[] raw = new double[model.width()];
        FlatTrees trees = model.forest().trees();
        double[] quality = model.quality();
        // The impurity of a node is to be weighted by the rows in it.
        long[] visits = model.gains() ? new long[0] : model.visits(matrix, matrix.length / model.width());
        for (int node = 0; node < quality.length; node++) {
            int feature = trees.column(node);
            if (feature < 0) {
                continue;
            }
            if (model.gains()) {
                raw[feature] += quality[node];
            } else {
                int left = trees.left(node);
                int right = left + 1;
                raw[feature] += Math.max(
                        0,
                        visits[node] * quality[node] - visits[left] * quality[left] - visits[right] * quality[right]);
            }
        }
        return raw;
    }
}
