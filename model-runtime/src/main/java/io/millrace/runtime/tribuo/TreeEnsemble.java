package io.millrace.runtime.tribuo;

/**
 * A sum of decision trees in flat arrays. Node {@code n} is a leaf when {@code feature[n] < 0}.
 *
 * @param roots first node of each tree
 * @param targets for each tree the output its leaves add to, or -1 when each leaf holds a value for every output
 * @param feature column of the matrix a node looks at; -1 for a leaf
 * @param threshold what it is compared with
 * @param left next node when the value is below the threshold (or equal to it, unless {@code strict})
 * @param right next node otherwise
 * @param leaf for a leaf: index of its first value in {@code values}
 * @param values leaf values
 * @param base added to each output
 * @param strict left means below, compared as 32 bit floats (XGBoost); otherwise below or equal (Tribuo)
 * @param softmax scores are margins of a classifier
 * @param quality for each node: the loss a split saved (XGBoost) or the impurity of the node (Tribuo)
 */
@SuppressWarnings("ArrayRecordComponent")
public record TreeEnsemble(
        int width,
        int outputs,
        int[] roots,
        int[] targets,
        int[] feature,
        double[] threshold,
        int[] left,
        int[] right,
        int[] leaf,
        double[] values,
        double[] base,
        boolean strict,
        boolean softmax,
        double[] quality)
        implements DenseModel {

    @Override
    public double[] score(double[] matrix, int rows) {
        double[] scores = new double[rows * outputs];
        for (int row = 0; row < rows; row++) {
            int to = row * outputs;
            System.arraycopy(base, 0, scores, to, outputs);
            for (int tree = 0; tree < roots.length; tree++) {
                int from = leaf[leafOf(roots[tree], matrix, row * width)];
                int target = targets[tree];
                if (target >= 0) {
                    scores[to + target] += values[from];
                } else {
                    for (int output = 0; output < outputs; output++) {
                        scores[to + output] += values[from + output];
                    }
                }
            }
        }
        if (softmax) {
            DenseModel.softmax(scores, outputs);
        }
        return scores;
    }

    private int leafOf(int root, double[] matrix, int from) {
        int node = root;
        while (feature[node] >= 0) {
            node = next(node, matrix, from);
        }
        return node;
    }

    /** The child of a split for the row that starts at {@code from}. */
    int next(int node, double[] matrix, int from) {
        double value = matrix[from + feature[node]];
        boolean goesLeft = strict ? (float) value < (float) threshold[node] : value <= threshold[node];
        return goesLeft ? left[node] : right[node];
    }

    /** For each node the number of rows that pass it. */
    public long[] visits(double[] matrix, int rows) {
        long[] visits = new long[feature.length];
        for (int row = 0; row < rows; row++) {
            for (int root : roots) {
                int node = root;
                visits[node]++;
                while (feature[node] >= 0) {
                    node = next(node, matrix, row * width);
                    visits[node]++;
                }
            }
        }
        return visits;
    }

    @Override
    public long memoryBytes() {
        return 256 + 8L * roots.length + 32L * feature.length + 8L * values.length;
    }
}
