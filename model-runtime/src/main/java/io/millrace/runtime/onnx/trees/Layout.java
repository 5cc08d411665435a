package io.millrace.runtime.onnx.trees;

import io.millrace.runtime.tree.FlatTrees;
import io.millrace.runtime.tree.FlatTreesBuilder;
import io.millrace.runtime.tree.RawTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Trees whose leaves hold a weight for each output: {@code weights[node * outputs + output]}. */
@SuppressWarnings("ArrayRecordComponent")
record Layout(FlatTrees trees, int outputs, float[] weights) {

    /** A node's name in the graph. */
    private record Key(long tree, long node) {}

    /** Weights of leaves by their names. */
    static final class Leaves {
        private final int outputs;
        private final Map<Key, float[]> weights = new HashMap<>();

        Leaves(int outputs) {
            this.outputs = outputs;
        }

        /** Adds a weight; false when a leaf has two for one output. */
        boolean add(long tree, long node, int output, float weight) {
            float[] all = weights.computeIfAbsent(new Key(tree, node), key -> {
                float[] none = new float[outputs];
                Arrays.fill(none, Float.NaN);
                return none;
            });
            boolean first = Float.isNaN(all[output]);
            all[output] = weight;
            return first;
        }
    }

    /** Adds a leaf's weights to the sums of a row. */
    void add(int leaf, float[] sums, int at) {
        for (int output = 0; output < outputs; output++) {
            sums[at + output] += weights[leaf * outputs + output];
        }
    }

    long memoryBytes() {
        return trees.memoryBytes() + 4L * weights.length;
    }

    /** The nodes of a graph as their attributes tell them, one list for each of their sides. */
    private record Nodes(
            List<Long> trees,
            List<Long> ids,
            List<String> modes,
            List<Long> features,
            List<Float> values,
            List<Long> lefts,
            List<Long> rights,
            List<Long> tracks) {

        static Nodes of(Attributes node) {
            return new Nodes(
                    node.wholes("nodes_treeids"),
                    node.wholes("nodes_nodeids"),
                    node.texts("nodes_modes"),
                    node.wholes("nodes_featureids"),
                    node.numbers("nodes_values"),
                    node.wholes("nodes_truenodeids"),
                    node.wholes("nodes_falsenodeids"),
                    node.wholes("nodes_missing_value_tracks_true"));
        }

        boolean even() {
            int count = ids.size();
            return List.of(trees, modes, features, values, lefts, rights).stream()
                            .allMatch(side -> side.size() == count)
                    && (tracks.isEmpty() || tracks.size() == count);
        }

        boolean isLeaf(int node) {
            return modes.get(node).equals("LEAF");
        }

        /** One tree; null when it does not only split by whether a value is at most a threshold. */
        @Nullable
        RawTree tree(List<Integer> members) {
            int count = members.size();
            Map<Long, Integer> places = new HashMap<>();
            for (int i = 0; i < count; i++) {
                if (places.put(ids.get(members.get(i)), i) != null) {
                    return null;
                }
            }
            int[] left = new int[count];
            int[] right = new int[count];
            int[] feature = new int[count];
            double[] value = new double[count];
            byte[] kind = new byte[count];
            for (int i = 0; i < count; i++) {
                int node = members.get(i);
                if (isLeaf(node)) {
                    left[i] = -1;
                    continue;
                }
                Integer below = places.get(lefts.get(node));
                Integer above = places.get(rights.get(node));
                long column = features.get(node);
                if (!modes.get(node).equals("BRANCH_LEQ") || below == null || above == null || column != (int) column) {
                    return null;
                }
                left[i] = below;
                right[i] = above;
                feature[i] = (int) column;
                value[i] = values.get(node);
                kind[i] = (byte) (tracks.isEmpty() || tracks.get(node) == 0 ? 0 : RawTree.MISSING_LEFT);
            }
            return new RawTree(left, right, feature, value, kind, Map.of());
        }
    }

    /** Null when these are not trees as they are known here: all splits go left when a value is at most a threshold. */
    static @Nullable Layout of(Attributes attributes, Leaves leaves, int width) {
        Nodes nodes = Nodes.of(attributes);
        if (!nodes.even()) {
            return null;
        }
        Map<Long, List<Integer>> byTree = new LinkedHashMap<>();
        for (int node = 0; node < nodes.ids.size(); node++) {
            byTree.computeIfAbsent(nodes.trees.get(node), tree -> new ArrayList<>())
                    .add(node);
        }
        FlatTreesBuilder layout = new FlatTreesBuilder(width);
        float[] weights = new float[nodes.ids.size() * leaves.outputs];
        for (Map.Entry<Long, List<Integer>> tree : byTree.entrySet()) {
            List<Integer> members = tree.getValue();
            RawTree raw = nodes.tree(members);
            if (raw == null) {
                return null;
            }
            int[] places;
            try {
                places = layout.add(raw);
            } catch (IllegalArgumentException e) {
                return null;
            }
            for (int i = 0; i < places.length; i++) {
                int node = members.get(i);
                float[] own = leaves.weights.get(new Key(tree.getKey(), nodes.ids.get(node)));
                // A node that no tree reaches is a tree of its own for ONNX Runtime.
                if (places[i] < 0 || (own == null && nodes.isLeaf(node))) {
                    return null;
                }
                if (own != null && nodes.isLeaf(node)) {
                    for (int output = 0; output < own.length; output++) {
                        weights[places[i] * own.length + output] = Float.isNaN(own[output]) ? 0 : own[output];
                    }
                }
            }
        }
        return new Layout(layout.build(), leaves.outputs, weights);
    }
}
