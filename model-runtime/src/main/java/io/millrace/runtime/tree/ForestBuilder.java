package io.millrace.runtime.tree;

import java.util.Arrays;

/** Collects the trees of a {@link Forest}. Not safe for concurrent use. */
public final class ForestBuilder {

    private final FlatTreesBuilder layout;
    private final int outputs;
    private int[] targets = new int[16];
    private int trees;
    private double[] values = new double[256];

    public ForestBuilder(int width, int outputs) {
        this.layout = new FlatTreesBuilder(width);
        this.outputs = outputs;
    }

    /**
     * Adds a tree.
     *
     * @param target output its leaves add to
     * @param scale what its leaves are multiplied with
     * @return for each of its nodes the place in the layout; -1 for one that the root does not lead to
     * @throws IllegalArgumentException when the tree looks at a feature that is not there or is not a tree
     */
    public int[] add(RawTree tree, int target, double scale) {
        if (target < 0 || target >= outputs) {
            throw new IllegalArgumentException("a tree adds to output " + target + " of " + outputs);
        }
        double[] scaled = new double[tree.value().length];
        Arrays.setAll(scaled, node -> tree.value()[node] * scale);
        return add(tree, target, scaled, 1);
    }

    /**
     * Adds a tree whose leaves add to every output. A forest has only such trees, or none of them.
     *
     * @param added by the leaves, node by node of the tree, as many as there are outputs for each
     * @return as the other {@code add}
     * @throws IllegalArgumentException as the other {@code add}
     */
    public int[] add(RawTree tree, double[] added) {
        return add(tree, Forest.EVERY, added, outputs);
    }

    /** @param each numbers of a node */
    private int[] add(RawTree tree, int target, double[] added, int each) {
        if (trees > 0 && (target == Forest.EVERY) != (targets[0] == Forest.EVERY)) {
            throw new IllegalStateException("some trees add to one output, others to every output");
        }
        if (trees == targets.length) {
            targets = Arrays.copyOf(targets, trees * 2);
        }
        targets[trees++] = target;
        int[] places = layout.add(tree);
        for (int node = 0; node < places.length; node++) {
            int place = places[node];
            if (place >= 0 && tree.left()[node] < 0) {
                int end = (place + 1) * each;
                values = end <= values.length ? values : Arrays.copyOf(values, 2 * end);
                System.arraycopy(added, node * each, values, place * each, each);
            }
        }
        return places;
    }

    public Forest build() {
        FlatTrees built = layout.build();
        int each = trees > 0 && targets[0] == Forest.EVERY ? outputs : 1;
        return new Forest(
                built,
                outputs,
                Arrays.copyOf(targets, trees),
                Arrays.copyOf(values, Math.multiplyExact(built.nodes(), each)));
    }
}
