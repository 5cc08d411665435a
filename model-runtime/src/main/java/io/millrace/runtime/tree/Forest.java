package io.millrace.runtime.tree;

/** Trees whose leaves hold a number each. */
public final class Forest implements Margins {

    private final FlatTrees trees;
    private final int outputs;
    private final int[] targets;
    private final double[] values;

    /**
     * Takes the arrays of a builder as they are.
     *
     * @param targets for each tree the output its leaves add to
     * @param values of leaves by node
     */
    Forest(FlatTrees trees, int outputs, int[] targets, double[] values) {
        this.trees = trees;
        this.outputs = outputs;
        this.targets = targets;
        this.values = values;
    }

    @Override
    public int width() {
        return trees.width();
    }

    @Override
    public int outputs() {
        return outputs;
    }

    @Override
    public void add(double[] matrix, int rows, double[] margins) {
        if (rows == 1) {
            int[] leaves = new int[targets.length];
            trees.walk(matrix, 0, leaves);
            for (int tree = 0; tree < leaves.length; tree++) {
                margins[targets[tree]] += values[leaves[tree]];
            }
            return;
        }
        int[] leaves = new int[rows];
        boolean finite = FlatTrees.finite(matrix);
        for (int tree = 0; tree < targets.length; tree++) {
            trees.walk(tree, matrix, rows, finite, leaves);
            for (int row = 0; row < rows; row++) {
                margins[row * outputs + targets[tree]] += values[leaves[row]];
            }
        }
    }

    @Override
    public long memoryBytes() {
        return 64 + trees.memoryBytes() + 4L * targets.length + 8L * values.length;
    }
}
