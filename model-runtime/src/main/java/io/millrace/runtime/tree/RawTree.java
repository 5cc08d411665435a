package io.millrace.runtime.tree;

import java.util.Map;

/**
 * A tree as it is in a file, not yet trusted. Node 0 is the root; a node whose left child is negative is a leaf.
 *
 * @param value threshold of a split, value of a leaf
 * @param kind for each node the sum of the constants below
 * @param sets by node that has {@link #CATEGORY}: the set as words of 32 bits
 */
@SuppressWarnings("ArrayRecordComponent")
public record RawTree(int[] left, int[] right, int[] feature, double[] value, byte[] kind, Map<Integer, int[]> sets) {

    /** A missing value goes left; otherwise right. */
    public static final int MISSING_LEFT = 1;
    /** Left when the value, as a whole number, is in the node's set; otherwise left when it is at most the threshold. */
    public static final int CATEGORY = 2;
    /** A missing value is a 0. */
    public static final int MISSING_IS_ZERO = 4;
    /** A 0 is a missing value. */
    public static final int ZERO_IS_MISSING = 8;

    public RawTree {
        int nodes = left.length;
        if (nodes == 0
                || right.length != nodes
                || feature.length != nodes
                || value.length != nodes
                || kind.length != nodes) {
            throw new IllegalArgumentException("the arrays of a tree have different lengths");
        }
    }
}
