package io.millrace.runtime.tree;

/** Trees whose leaves hold a number each, or one for every output. */
public final class Forest implements Margins {

    /** In place of an output: the leaves of a tree add to all of them. */
    static final int EVERY = -1;

    private final FlatTrees trees;
    private final int outputs;
    private final int[] targets;
    private final double[] values;

    /**
     * Takes the arrays of a builder as they are.
     *
     * @param targets for each tree the output its leaves add to, or for all trees {@link #EVERY}
     * @param values of leaves by node; with {@code EVERY} those of a node for all outputs beside each other
     */
    Forest(FlatTrees trees, int outputs, int[] targets, double[] values) {
        this.trees = trees;
        this.outputs = outputs;
        this.targets = targets;
        this.values = values;
    }

    /** How they are laid out. */
    public FlatTrees trees() {
        return trees;
    }

    @Override
    public int width() {
        return trees.width();
    }

    @Override
    public int outputs() {
        return outputs;
    }

    /** What a leaf of a tree adds to an output. */
    public double value(int tree, int leaf, int output) {
        if (targets[tree] == EVERY) {
            return values[leaf * outputs + output];
        }
        return targets[tree] == output ? values[leaf] : 0;
    }

    @Override
    public void add(double[] matrix, int rows, double[] margins) {
        if (rows == 1) {
            int[] leaves = new int[targets.length];
            trees.walk(matrix, 0, leaves);
            for (int tree = 0; tree < leaves.length; tree++) {
                add(targets[tree], leaves[tree], margins, 0);
            }
            return;
        }
        int[] leaves = new int[rows];
        boolean finite = FlatTrees.finite(matrix);
        for (int tree = 0; tree < targets.length; tree++) {
            trees.walk(tree, matrix, rows, finite, leaves);
            for (int row = 0; row < rows; row++) {
                add(targets[tree], leaves[row], margins, row * outputs);
            }
        }
    }

    private void add(int target, int leaf, double[] margins, int at) {
        if (target != EVERY) {
            margins[at + target] += values[leaf];
            return;
        }
        for (int output = 0; output < outputs; output++) {
            margins[at + output] += values[leaf * outputs + output];
        }
    }

    @Override
    public long memoryBytes() {
        return 64 + trees.memoryBytes() + 4L * targets.length + 8L * values.length;
    }
}
