package io.millrace.runtime.tree;

import java.util.Arrays;

/**
 * Decision trees in flat arrays. The children of a split lie beside each other and a leaf leads to itself, so that four walks go on
 * side by side without a branch that the processor has to guess; memory answers one while it computes another. {@link FlatTreesBuilder}
 * has made sure that every index is inside its array and that every walk ends. Immutable.
 */
public final class FlatTrees {

    /** What LightGBM takes for 0: its kZeroThreshold. */
    private static final double ZERO = 1e-35f;

    private final int width;
    private final int[] roots;
    /** Of a node the left child above the column it looks at; a leaf is its own left child. */
    private final long[] links;
    /** Of a split; of a leaf infinite, so that all finite values stay there. */
    private final double[] thresholds;

    private final byte[] kinds;
    private final int[] sets;
    /** Whether finite numbers go left when they are at most the threshold, at every split. */
    private final boolean plain;

    /**
     * Takes the arrays of a builder as they are.
     *
     * @param thresholds of a category split where its set begins in {@code sets}
     * @param sets one after another: how many words, then the words, bit {@code i} of word {@code j} for {@code 32 j + i}
     */
    FlatTrees(int width, int[] roots, long[] links, double[] thresholds, byte[] kinds, int[] sets) {
        this.width = width;
        this.roots = roots;
        this.links = links;
        this.thresholds = thresholds;
        this.kinds = kinds;
        this.sets = sets;
        boolean all = true;
        for (int node = 0; node < kinds.length; node++) {
            all &= (kinds[node] & (RawTree.CATEGORY | RawTree.ZERO_IS_MISSING)) == 0 && !Double.isNaN(thresholds[node]);
        }
        this.plain = all;
    }

    /** How many. */
    public int count() {
        return roots.length;
    }

    /** Nodes of all trees together. */
    public int nodes() {
        return links.length;
    }

    /** Features of a row. */
    public int width() {
        return width;
    }

    /** The first node of a tree; the tree's nodes lie between it and the next tree's. */
    public int root(int tree) {
        return roots[tree];
    }

    /** The column that a split looks at; -1 for a leaf. */
    public int column(int node) {
        return left(node) == node ? -1 : (int) links[node];
    }

    /** The threshold of a split that is no category split. */
    public double threshold(int node) {
        return thresholds[node];
    }

    /** The left child of a split, which comes after the split; the right child comes next to it. A leaf is its own left child. */
    public int left(int node) {
        return (int) (links[node] >>> 32);
    }

    /**
     * The leaf of each tree that a row comes to.
     *
     * @param matrix row by row; NaN is missing
     * @param from where the row begins
     * @param leaves room for as many as there are trees
     */
    public void walk(double[] matrix, int from, int[] leaves) {
        int tree = 0;
        if (plain && finite(matrix, from, from + width)) {
            for (; tree + 4 <= roots.length; tree += 4) {
                System.arraycopy(roots, tree, leaves, tree, 4);
                four(matrix, from, 0, leaves, tree);
            }
        }
        for (; tree < roots.length; tree++) {
            leaves[tree] = leaf(roots[tree], matrix, from);
        }
    }

    /**
     * The leaf of one tree that each row comes to. All rows in one tree before the next: it stays in the processor's cache.
     *
     * @param matrix row by row; NaN is missing
     * @param leaves room for as many as there are rows
     * @param finite whether no number is missing or infinite, as {@link #finite(double[])} says
     */
    public void walk(int tree, double[] matrix, int rows, boolean finite, int[] leaves) {
        int root = roots[tree];
        int row = 0;
        if (plain && finite) {
            for (; row + 4 <= rows; row += 4) {
                Arrays.fill(leaves, row, row + 4, root);
                four(matrix, row * width, width, leaves, row);
            }
        }
        for (; row < rows; row++) {
            leaves[row] = leaf(root, matrix, row * width);
        }
    }

    /**
     * Four walks side by side, over finite numbers.
     *
     * @param from where the row of the first begins
     * @param step how far the rows are from each other; 0: all walk for the same row
     * @param nodes where they begin, and in the end their leaves
     * @param at place of the first in {@code nodes}
     */
    private void four(double[] matrix, int from, int step, int[] nodes, int at) {
        int a = nodes[at];
        int b = nodes[at + 1];
        int c = nodes[at + 2];
        int d = nodes[at + 3];
        int moved;
        do {
            int nextA = next(a, matrix, from);
            int nextB = next(b, matrix, from + step);
            int nextC = next(c, matrix, from + 2 * step);
            int nextD = next(d, matrix, from + 3 * step);
            moved = (nextA ^ a) | (nextB ^ b) | (nextC ^ c) | (nextD ^ d);
            a = nextA;
            b = nextB;
            c = nextC;
            d = nextD;
        } while (moved != 0);
        nodes[at] = a;
        nodes[at + 1] = b;
        nodes[at + 2] = c;
        nodes[at + 3] = d;
    }

    /** Whether no number is missing or infinite. */
    public static boolean finite(double[] matrix) {
        return finite(matrix, 0, matrix.length);
    }

    private static boolean finite(double[] matrix, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!(Math.abs(matrix[i]) <= Double.MAX_VALUE)) {
                return false;
            }
        }
        return true;
    }

    /** The next node for finite numbers: the sign of the difference says whether the value is above the threshold. */
    private int next(int node, double[] matrix, int from) {
        long link = links[node];
        double room = thresholds[node] - matrix[from + (int) link];
        return (int) (link >>> 32) + (int) (Double.doubleToRawLongBits(room) >>> 63);
    }

    private int leaf(int root, double[] matrix, int from) {
        int node = root;
        for (int left = left(node); left != node; left = left(node)) {
            node = goesLeft(node, matrix[from + (int) links[node]]) ? left : left + 1;
        }
        return node;
    }

    private boolean goesLeft(int node, double given) {
        int rule = kinds[node];
        boolean missingLeft = (rule & RawTree.MISSING_LEFT) != 0;
        double value = given;
        if (Double.isNaN(value)) {
            if ((rule & RawTree.MISSING_IS_ZERO) == 0) {
                return missingLeft;
            }
            value = 0;
        }
        if ((rule & RawTree.CATEGORY) != 0) {
            return contains((int) thresholds[node], value);
        }
        if ((rule & RawTree.ZERO_IS_MISSING) != 0 && Math.abs(value) <= ZERO) {
            return missingLeft;
        }
        return value <= thresholds[node];
    }

    private boolean contains(int set, double value) {
        if (!(value > -1 && value < Integer.MAX_VALUE)) {
            return false;
        }
        int code = (int) value;
        int word = code >> 5;
        return word < sets[set] && (sets[set + 1 + word] >>> (code & 31) & 1) != 0;
    }

    /** An estimate of the memory held, in bytes. */
    public long memoryBytes() {
        return 256 + 4L * roots.length + 17L * links.length + 4L * sets.length;
    }
}
