package io.millrace.runtime.tree;

import java.util.Map;

/**
 * A tree as it is in a file, not yet trusted. Node 0 is the root; a node whose left child is negative is a leaf.
 *
 * @param value threshold of a split, value of a leaf
 * @param kind for each node the sum of the constants of {@link Forest}
 * @param sets by node that has {@link Forest#CATEGORY}: the set as words of 32 bits
 */
@SuppressWarnings("ArrayRecordComponent")
public record RawTree(int[] left, int[] right, int[] feature, double[] value, byte[] kind, Map<Integer, int[]> sets) {

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
