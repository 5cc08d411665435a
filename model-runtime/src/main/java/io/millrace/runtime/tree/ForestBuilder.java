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
     * @throws IllegalArgumentException when the tree looks at a feature that is not there or is not a tree
     */
    public void add(RawTree tree, int target, double scale) {
        if (target < 0 || target >= outputs) {
            throw new IllegalArgumentException("a tree adds to output " + target + " of " + outputs);
        }
        if (trees == targets.length) {
            targets = Arrays.copyOf(targets, trees * 2);
        }
        targets[trees++] = target;
        int[] places = layout.add(tree);
        for (int node = 0; node < places.length; node++) {
            int place = places[node];
            if (place >= 0 && tree.left()[node] < 0) {
                values = place < values.length ? values : Arrays.copyOf(values, 2 * place);
                values[place] = tree.value()[node] * scale;
            }
        }
    }

    public Forest build() {
        FlatTrees built = layout.build();
        return new Forest(built, outputs, Arrays.copyOf(targets, trees), Arrays.copyOf(values, built.nodes()));
    }
}
