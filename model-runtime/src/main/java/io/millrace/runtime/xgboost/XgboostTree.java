package io.millrace.runtime.xgboost;

import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.tree.RawTree;
import java.util.HashMap;
import java.util.Map;

/**
 * One tree of an XGBoost file. XGBoost goes left when a number, as a 32 bit float, is below the threshold, and right when a
 * category is in the node's set; ours goes left when it is at most the threshold, and left when it is in the set. So the
 * threshold becomes the next float below, and the children of a category split change places.
 */
final class XgboostTree {

    /** Categories are whole numbers that a 32 bit float holds exactly. */
    private static final int MAX_CATEGORY = 1 << 24;

    private XgboostTree() {}

    static RawTree read(Node tree) {
        if (tree.get("tree_param").find("size_leaf_vector").map(Node::whole).orElse(0) > 1) {
            throw new ModelFormatException(
                    "trees with several outputs are not supported: train with multi_strategy=one_output_per_tree");
        }
        int[] left = tree.get("left_children").wholes().clone();
        int[] right = tree.get("right_children").wholes().clone();
        double[] value = tree.get("split_conditions").numbers().clone();
        int[] feature = tree.get("split_indices").wholes();
        double[] defaults = tree.get("default_left").numbers();
        double[] types = tree.find("split_type").map(Node::numbers).orElse(new double[left.length]);
        if (right.length != left.length
                || value.length != left.length
                || defaults.length != left.length
                || types.length != left.length) {
            throw new IllegalArgumentException(tree.path() + " has lists of different lengths");
        }
        Map<Integer, int[]> sets = sets(tree);
        byte[] kind = new byte[left.length];
        for (int node = 0; node < left.length; node++) {
            boolean leaf = left[node] < 0;
            boolean category = !leaf && types[node] == 1;
            boolean missingLeft = defaults[node] != 0;
            if (category) {
                int in = right[node];
                right[node] = left[node];
                left[node] = in;
                missingLeft = !missingLeft;
            } else if (!leaf) {
                value[node] = below((float) value[node]);
            }
            kind[node] = (byte) ((missingLeft ? RawTree.MISSING_LEFT : 0) | (category ? RawTree.CATEGORY : 0));
        }
        return new RawTree(left, right, feature, value, kind, sets);
    }

    /** The largest float below; NaN, which nothing is at most, for negative infinity. */
    private static double below(float threshold) {
        return threshold == Float.NEGATIVE_INFINITY ? Double.NaN : Math.nextDown(threshold);
    }

    private static Map<Integer, int[]> sets(Node tree) {
        Map<Integer, int[]> sets = new HashMap<>();
        if (tree.find("categories_nodes").isEmpty()) {
            return sets;
        }
        int[] nodes = tree.get("categories_nodes").wholes();
        int[] segments = tree.get("categories_segments").wholes();
        int[] sizes = tree.get("categories_sizes").wholes();
        int[] categories = tree.get("categories").wholes();
        if (segments.length != nodes.length || sizes.length != nodes.length) {
            throw new IllegalArgumentException(tree.path() + " has categories of different lengths");
        }
        for (int i = 0; i < nodes.length; i++) {
            int from = segments[i];
            if (from < 0 || sizes[i] < 0 || (long) from + sizes[i] > categories.length) {
                throw new IllegalArgumentException(tree.path() + " has categories outside of its list");
            }
            int most = -1;
            for (int at = from; at < from + sizes[i]; at++) {
                if (categories[at] < 0 || categories[at] > MAX_CATEGORY) {
                    throw new IllegalArgumentException(tree.path() + " has the category " + categories[at]);
                }
                most = Math.max(most, categories[at]);
            }
            int[] words = new int[(most >> 5) + 1];
            for (int at = from; at < from + sizes[i]; at++) {
                words[categories[at] >> 5] |= 1 << (categories[at] & 31);
            }
            sets.put(nodes[i], words);
        }
        return sets;
    }
}
