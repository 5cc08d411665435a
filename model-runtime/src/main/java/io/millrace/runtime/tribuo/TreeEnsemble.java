package io.millrace.runtime.tribuo;

import io.millrace.runtime.tree.FlatTrees;
import io.millrace.runtime.tree.Forest;

/**
 * A sum of decision trees, which go left when a value is at most the threshold. A missing value goes right.
 *
 * @param base added to each output before the trees
 * @param gains what {@code quality} is
 * @param softmax scores are margins of a classifier
 * @param quality by node of the trees: of a split the loss it saved ({@code gains}: XGBoost), or of a node its impurity (Tribuo)
 */
@SuppressWarnings("ArrayRecordComponent")
public record TreeEnsemble(Forest forest, double[] base, boolean gains, boolean softmax, double[] quality)
        implements DenseModel {

    @Override
    public int width() {
        return forest.width();
    }

    @Override
    public int outputs() {
        return base.length;
    }

    @Override
    public double[] score(double[] matrix, int rows) {
        int outputs = base.length;
        double[] scores = new double[Math.multiplyExact(rows, outputs)];
        for (int to = 0; to < scores.length; to += outputs) {
            System.arraycopy(base, 0, scores, to, outputs);
        }
        forest.add(matrix, rows, scores);
        if (softmax) {
            DenseModel.softmax(scores, outputs);
        }
        return scores;
    }

    /** For each node the number of rows that pass it. */
    public long[] visits(double[] matrix, int rows) {
        FlatTrees trees = forest.trees();
        long[] visits = new long[trees.nodes()];
        int[] leaves = new int[rows];
        boolean finite = FlatTrees.finite(matrix);
        for (int tree = 0; tree < trees.count(); tree++) {
            trees.walk(tree, matrix, rows, finite, leaves);
            for (int leaf : leaves) {
                visits[leaf]++;
            }
        }
        // What lies below a split comes after it.
        for (int node = visits.length - 1; node >= 0; node--) {
            int left = trees.left(node);
            if (left != node) {
                visits[node] = visits[left] + visits[left + 1];
            }
        }
        return visits;
    }

    @Override
    public long memoryBytes() {
        return 128 + forest.memoryBytes() + 8L * (base.length + quality.length);
    }
}
