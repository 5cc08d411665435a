package io.millrace.runtime.tribuo;

import java.util.Arrays;

/** Collects the nodes of a {@link TreeEnsemble}. */
final class TreeBuilder {

    private final int width;
    private final int outputs;
    private int[] roots = new int[16];
    private int[] targets = new int[16];
    private int trees;
    private int[] feature = new int[256];
    private double[] threshold = new double[256];
    private int[] left = new int[256];
    private int[] right = new int[256];
    private int[] leaf = new int[256];
    private double[] quality = new double[256];
    private int nodes;
    private double[] values = new double[256];
    private int valueCount;

    TreeBuilder(int width, int outputs) {
        this.width = width;
        this.outputs = outputs;
    }

    /** Starts a tree whose root is the next node added. */
    void tree(int target) {
        if (trees == roots.length) {
            roots = Arrays.copyOf(roots, trees * 2);
            targets = Arrays.copyOf(targets, trees * 2);
        }
        roots[trees] = nodes;
        targets[trees++] = target;
    }

    int split(int column, double at, double splitQuality) {
        if (column < 0 || column >= width) {
            throw new IllegalArgumentException("a tree looks at feature " + column + " of " + width);
        }
        int node = node(column, splitQuality);
        threshold[node] = at;
        return node;
    }

    void children(int node, int leftNode, int rightNode) {
        left[node] = leftNode;
        right[node] = rightNode;
    }

    int leaf(double nodeQuality, double... added) {
        int node = node(-1, nodeQuality);
        leaf[node] = valueCount;
        if (valueCount + added.length > values.length) {
            values = Arrays.copyOf(values, (valueCount + added.length) * 2);
        }
        System.arraycopy(added, 0, values, valueCount, added.length);
        valueCount += added.length;
        return node;
    }

    int size() {
        return nodes;
    }

    private int node(int column, double nodeQuality) {
        if (nodes == feature.length) {
            int length = nodes * 2;
            feature = Arrays.copyOf(feature, length);
            threshold = Arrays.copyOf(threshold, length);
            left = Arrays.copyOf(left, length);
            right = Arrays.copyOf(right, length);
            leaf = Arrays.copyOf(leaf, length);
            quality = Arrays.copyOf(quality, length);
        }
        feature[nodes] = column;
        quality[nodes] = nodeQuality;
        return nodes++;
    }

    TreeEnsemble build(double[] base, boolean strict, boolean softmax) {
        return new TreeEnsemble(
                width,
                outputs,
                Arrays.copyOf(roots, trees),
                Arrays.copyOf(targets, trees),
                Arrays.copyOf(feature, nodes),
                Arrays.copyOf(threshold, nodes),
                Arrays.copyOf(left, nodes),
                Arrays.copyOf(right, nodes),
                Arrays.copyOf(leaf, nodes),
                Arrays.copyOf(values, valueCount),
                base,
                strict,
                softmax,
                Arrays.copyOf(quality, nodes));
    }
}
