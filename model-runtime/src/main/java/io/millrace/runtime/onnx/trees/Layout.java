package io.millrace.runtime.onnx.trees;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Trees in flat arrays, each in depth-first order: the left child of a split is the next node. A node whose feature is negative is a
 * leaf, and {@code right} is then where its weights begin, one for each output.
 */
final class Layout {

    final int outputs;
    final int[] roots;
    int[] feature = new int[256];
    float[] threshold = new float[256];
    int[] right = new int[256];
    boolean[] missingLeft = new boolean[256];
    float[] weights = new float[256];
    private int nodes;
    private int leaves;

    private Layout(int outputs, int trees) {
        this.outputs = outputs;
        this.roots = new int[trees];
    }

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

    /** Null when these are not trees as they are known here: all splits go left when a value is at most a threshold. */
    static @Nullable Layout of(Attributes node, Leaves leaves, int width) {
        List<Long> trees = node.wholes("nodes_treeids");
        List<Long> ids = node.wholes("nodes_nodeids");
        List<String> modes = node.texts("nodes_modes");
        List<Long> features = node.wholes("nodes_featureids");
        List<Float> values = node.numbers("nodes_values");
        List<Long> lefts = node.wholes("nodes_truenodeids");
        List<Long> rights = node.wholes("nodes_falsenodeids");
        List<Long> tracks = node.wholes("nodes_missing_value_tracks_true");
        int count = ids.size();
        for (List<?> each : List.of(trees, modes, features, values, lefts, rights)) {
            if (each.size() != count) {
                return null;
            }
        }
        if (!tracks.isEmpty() && tracks.size() != count) {
            return null;
        }
        Map<Key, Integer> places = new HashMap<>();
        Map<Long, Integer> roots = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            roots.putIfAbsent(trees.get(i), i);
            if (places.put(new Key(trees.get(i), ids.get(i)), i) != null) {
                return null;
            }
        }
        Layout layout = new Layout(leaves.outputs, roots.size());
        boolean[] seen = new boolean[count];
        // What is still to do: a node, and the split whose right child it becomes, or -1.
        int[] todo = new int[2 * (count + 1)];
        int tree = 0;
        for (int root : roots.values()) {
            layout.roots[tree++] = layout.nodes;
            int open = 0;
            todo[open++] = root;
            todo[open++] = -1;
            while (open > 0) {
                int parent = todo[--open];
                int from = todo[--open];
                if (seen[from]) {
                    return null;
                }
                seen[from] = true;
                int to = layout.node();
                if (parent >= 0) {
                    layout.right[parent] = to;
                }
                Long id = trees.get(from);
                if (modes.get(from).equals("LEAF")) {
                    if (!layout.leaf(to, leaves.weights.get(new Key(id, ids.get(from))))) {
                        return null;
                    }
                    continue;
                }
                Integer left = places.get(new Key(id, lefts.get(from)));
                Integer right = places.get(new Key(id, rights.get(from)));
                boolean tracked = !tracks.isEmpty() && tracks.get(from) != 0;
                if (!modes.get(from).equals("BRANCH_LEQ")
                        || left == null
                        || right == null
                        || !layout.split(to, features.get(from), width, values.get(from), tracked)) {
                    return null;
                }
                todo[open++] = right;
                todo[open++] = to;
                todo[open++] = left;
                todo[open++] = -1;
            }
        }
        layout.trim();
        // A node that no tree reaches is a tree of its own for ONNX Runtime.
        return layout.nodes == count ? layout : null;
    }

    private boolean split(int at, long column, int width, float value, boolean tracked) {
        feature[at] = (int) column;
        threshold[at] = value;
        missingLeft[at] = tracked;
        return column >= 0 && column < width;
    }

    private int node() {
        if (nodes == feature.length) {
            resize(nodes * 2);
        }
        return nodes++;
    }

    private boolean leaf(int at, float @Nullable [] own) {
        if (own == null) {
            return false;
        }
        if (leaves + outputs > weights.length) {
            weights = Arrays.copyOf(weights, Math.max(weights.length * 2, leaves + outputs));
        }
        feature[at] = -1;
        right[at] = leaves;
        for (float weight : own) {
            weights[leaves++] = Float.isNaN(weight) ? 0 : weight;
        }
        return true;
    }

    private void resize(int length) {
        feature = Arrays.copyOf(feature, length);
        threshold = Arrays.copyOf(threshold, length);
        right = Arrays.copyOf(right, length);
        missingLeft = Arrays.copyOf(missingLeft, length);
    }

    private void trim() {
        resize(nodes);
        weights = Arrays.copyOf(weights, leaves);
    }

    long memoryBytes() {
        return 256 + 4L * roots.length + 13L * feature.length + 4L * weights.length;
    }
}
