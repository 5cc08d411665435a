package io.millrace.runtime.tree;

/**
 * Trees in flat arrays, each in depth-first order: a node's left child is the next one. A node is a leaf when its feature is
 * negative. {@link ForestBuilder} has made sure that every index is inside its array and that every walk ends.
 */
public final class Forest implements Margins {

    /** A missing value goes left; otherwise right. */
    public static final int MISSING_LEFT = 1;
    /** Left when the value, as a whole number, is in the node's set; otherwise left when it is at most the threshold. */
    public static final int CATEGORY = 2;
    /** A missing value is a 0. */
    public static final int MISSING_IS_ZERO = 4;
    /** A 0 is a missing value. */
    public static final int ZERO_IS_MISSING = 8;

    /** What LightGBM takes for 0: its kZeroThreshold. */
    private static final double ZERO = 1e-35f;

    private final int width;
    private final int outputs;
    private final int[] roots;
    private final int[] targets;
    private final int[] feature;
    private final double[] threshold;
    private final int[] right;
    private final byte[] kind;
    private final int[] sets;

    /**
     * Takes the arrays of a builder as they are.
     *
     * @param targets for each tree the output its leaves add to
     * @param threshold threshold of a split; the value of a leaf; of a category split where its set begins in {@code sets}
     * @param sets one after another: how many words, then the words, bit {@code i} of word {@code j} for {@code 32 j + i}
     */
    Forest(
            int width,
            int outputs,
            int[] roots,
            int[] targets,
            int[] feature,
            double[] threshold,
            int[] right,
            byte[] kind,
            int[] sets) {
        this.width = width;
        this.outputs = outputs;
        this.roots = roots;
        this.targets = targets;
        this.feature = feature;
        this.threshold = threshold;
        this.right = right;
        this.kind = kind;
        this.sets = sets;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int outputs() {
        return outputs;
    }

    @Override
    public void add(double[] matrix, int rows, double[] margins) {
        for (int row = 0; row < rows; row++) {
            int from = row * width;
            int to = row * outputs;
            for (int tree = 0; tree < roots.length; tree++) {
                margins[to + targets[tree]] += leaf(roots[tree], matrix, from);
            }
        }
    }

    private double leaf(int root, double[] matrix, int from) {
        int node = root;
        for (int column = feature[node]; column >= 0; column = feature[node]) {
            double value = matrix[from + column];
            int rule = kind[node];
            boolean left = rule <= MISSING_LEFT
                    ? value <= threshold[node] || (rule == MISSING_LEFT && Double.isNaN(value))
                    : special(node, rule, value);
            node = left ? node + 1 : right[node];
        }
        return threshold[node];
    }

    private boolean special(int node, int rule, double given) {
        boolean missingLeft = (rule & MISSING_LEFT) != 0;
        double value = given;
        if (Double.isNaN(value)) {
            if ((rule & MISSING_IS_ZERO) == 0) {
                return missingLeft;
            }
            value = 0;
        }
        if ((rule & CATEGORY) != 0) {
            return contains((int) threshold[node], value);
        }
        if ((rule & ZERO_IS_MISSING) != 0 && Math.abs(value) <= ZERO) {
            return missingLeft;
        }
        return value <= threshold[node];
    }

    private boolean contains(int set, double value) {
        if (!(value > -1 && value < Integer.MAX_VALUE)) {
            return false;
        }
        int code = (int) value;
        int word = code >> 5;
        return word < sets[set] && (sets[set + 1 + word] >>> (code & 31) & 1) != 0;
    }

    @Override
    public long memoryBytes() {
        return 256 + 8L * roots.length + 17L * feature.length + 4L * sets.length;
    }
}
