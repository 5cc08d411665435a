package io.millrace.runtime.tribuo;

import io.millrace.runtime.tree.ForestBuilder;
import io.millrace.runtime.tree.RawTree;
import java.util.Arrays;

/** Collects the trees of a {@link TreeEnsemble}. */
final class TreeBuilder {

    private final ForestBuilder forest;
    private double[] quality = new double[256];
    private int nodes;

    TreeBuilder(int width, int outputs) {
        this.forest = new ForestBuilder(width, outputs);
    }

    /**
     * Adds a tree whose leaves add to one output.
     *
     * @param ofNodes their quality
     */
    void add(RawTree tree, int target, double[] ofNodes) {
        keep(forest.add(tree, target, 1), ofNodes);
    }

    /**
     * Adds a tree whose leaves add to every output.
     *
     * @param values node by node, one for each output
     * @param ofNodes their quality
     */
    void add(RawTree tree, double[] values, double[] ofNodes) {
        keep(forest.add(tree, values), ofNodes);
    }

    private void keep(int[] places, double[] ofNodes) {
        for (int node = 0; node < places.length; node++) {
            int place = places[node];
            if (place >= 0) {
                quality = place < quality.length ? quality : Arrays.copyOf(quality, 2 * place);
                quality[place] = ofNodes[node];
                nodes = Math.max(nodes, place + 1);
            }
        }
    }

    TreeEnsemble build(double[] base, boolean gains, boolean softmax) {
        return new TreeEnsemble(forest.build(), base, gains, softmax, Arrays.copyOf(quality, nodes));
    }
}
