package io.millrace.runtime.tree;

import java.util.Arrays;

/** Checks trees and lays them out depth first. Not safe for concurrent use. */
public final class ForestBuilder {

    private final int width;
    private final int outputs;
    private int[] roots = new int[16];
    private int[] targets = new int[16];
    private int trees;
    private int[] feature = new int[256];
    private double[] threshold = new double[256];
    private int[] right = new int[256];
    private byte[] kind = new byte[256];
    private int nodes;
    private int[] sets = new int[16];
    private int words;

    public ForestBuilder(int width, int outputs) {
        this.width = width;
        this.outputs = outputs;
    }

    /**
     * Adds a tree.
     *
     * @param target output its leaves add to
     * @param scale what its leaves are multiplied with
     * @throws IllegalArgumentException when the tree looks at a feature that is not there or is not a tree
     */
    public void add(RawTree tree, int target, double scale) {
        if (target < 0 || target >= outputs) {
            throw new IllegalArgumentException("a tree adds to output " + target + " of " + outputs);
        }
        if (trees == roots.length) {
            roots = Arrays.copyOf(roots, trees * 2);
            targets = Arrays.copyOf(targets, trees * 2);
        }
        roots[trees] = nodes;
        targets[trees++] = target;
        int count = tree.left().length;
        boolean[] seen = new boolean[count];
        // What is still to do: a node, and the split whose right child it becomes, or -1.
        int[] todo = new int[2 * (count + 1)];
        int open = 0;
        todo[open++] = 0;
        todo[open++] = -1;
        while (open > 0) {
            int parent = todo[--open];
            int from = todo[--open];
            if (from < 0 || from >= count || seen[from]) {
                throw new IllegalArgumentException("a tree's node " + from + " is missing or reached twice");
            }
            seen[from] = true;
            int to = node();
            if (parent >= 0) {
                right[parent] = to;
            }
            if (tree.left()[from] < 0) {
                feature[to] = -1;
                threshold[to] = tree.value()[from] * scale;
                continue;
            }
            split(tree, from, to);
            todo[open++] = tree.right()[from];
            todo[open++] = to;
            todo[open++] = tree.left()[from];
            todo[open++] = -1;
        }
    }

    private void split(RawTree tree, int from, int to) {
        int column = tree.feature()[from];
        if (column < 0 || column >= width) {
            throw new IllegalArgumentException("a tree looks at feature " + column + " of " + width);
        }
        feature[to] = column;
        kind[to] = tree.kind()[from];
        threshold[to] = tree.value()[from];
        if ((kind[to] & Forest.CATEGORY) != 0) {
            int[] set = tree.sets().get(from);
            if (set == null) {
                throw new IllegalArgumentException("a tree's node " + from + " has no categories");
            }
            threshold[to] = words;
            sets = words + set.length + 1 > sets.length ? Arrays.copyOf(sets, 2 * (words + set.length + 1)) : sets;
            sets[words++] = set.length;
            System.arraycopy(set, 0, sets, words, set.length);
            words += set.length;
        }
    }

    private int node() {
        if (nodes == feature.length) {
            int length = nodes * 2;
            feature = Arrays.copyOf(feature, length);
            threshold = Arrays.copyOf(threshold, length);
            right = Arrays.copyOf(right, length);
            kind = Arrays.copyOf(kind, length);
        }
        return nodes++;
    }

    public Forest build() {
        return new Forest(
                width,
                outputs,
                Arrays.copyOf(roots, trees),
                Arrays.copyOf(targets, trees),
                Arrays.copyOf(feature, nodes),
                Arrays.copyOf(threshold, nodes),
                Arrays.copyOf(right, nodes),
                Arrays.copyOf(kind, nodes),
                Arrays.copyOf(sets, words));
    }
}
