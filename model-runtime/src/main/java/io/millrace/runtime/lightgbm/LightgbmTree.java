package io.millrace.runtime.lightgbm;

import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.tree.RawTree;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** One tree. Its leaves are numbered on their own; here they come after its splits. */
final class LightgbmTree {

    private LightgbmTree() {}

    static RawTree read(Section tree) {
        if (tree.has("is_linear") && tree.whole("is_linear") != 0) {
            throw new ModelFormatException("linear trees are not supported: train with linear_tree=false");
        }
        int leaves = tree.whole("num_leaves");
        if (leaves < 1) {
            throw new IllegalArgumentException(tree.name() + " has " + leaves + " leaves");
        }
        double[] values = tree.numbers("leaf_value", leaves);
        int splits = leaves - 1;
        int nodes = splits + leaves;
        int[] left = new int[nodes];
        int[] right = new int[nodes];
        int[] feature = new int[nodes];
        double[] value = new double[nodes];
        byte[] kind = new byte[nodes];
        Map<Integer, int[]> sets = new HashMap<>();
        Arrays.fill(left, -1);
        System.arraycopy(values, 0, value, splits, leaves);
        if (splits > 0) {
            int[] lefts = tree.wholes("left_child", splits);
            int[] rights = tree.wholes("right_child", splits);
            System.arraycopy(tree.wholes("split_feature", splits), 0, feature, 0, splits);
            System.arraycopy(tree.numbers("threshold", splits), 0, value, 0, splits);
            int[] decisions = tree.wholes("decision_type", splits);
            for (int node = 0; node < splits; node++) {
                left[node] = child(tree, lefts[node], splits);
                right[node] = child(tree, rights[node], splits);
                kind[node] = kind(tree, decisions[node]);
                if ((kind[node] & RawTree.CATEGORY) != 0) {
                    sets.put(node, set(tree, value[node]));
                }
            }
        }
        return new RawTree(left, right, feature, value, kind, sets);
    }

    private static int child(Section tree, int given, int splits) {
        int child = given < 0 ? splits + ~given : given;
        if (given >= splits || child < 0) {
            throw new IllegalArgumentException(tree.name() + " has a child " + given);
        }
        return child;
    }

    /** Bit 0: category; bit 1: missing goes left; bits 2 and 3: what is missing, 0 nothing, 1 zero, 2 NaN. */
    private static byte kind(Section tree, int decision) {
        if ((decision & 1) != 0) {
            return RawTree.CATEGORY;
        }
        int left = (decision & 2) != 0 ? RawTree.MISSING_LEFT : 0;
        return (byte)
                switch (decision >> 2 & 3) {
                    case 0 -> left | RawTree.MISSING_IS_ZERO;
                    case 1 -> left | RawTree.MISSING_IS_ZERO | RawTree.ZERO_IS_MISSING;
                    case 2 -> left;
                    default -> throw new IllegalArgumentException(tree.name() + " has the decision " + decision);
                };
    }

    private static int[] set(Section tree, double index) {
        int count = tree.whole("num_cat");
        if (count < 0 || count > 1 << 20 || index != (int) index || index < 0 || index >= count) {
            throw new IllegalArgumentException(tree.name() + " has no set of categories " + index);
        }
        int[] bounds = tree.wholes("cat_boundaries", count + 1);
        int[] words = tree.wholes("cat_threshold", bounds[count]);
        int from = bounds[(int) index];
        int to = bounds[(int) index + 1];
        if (from < 0 || from > to || to > words.length) {
            throw new IllegalArgumentException(tree.name() + " has wrong bounds of categories");
        }
        return Arrays.copyOfRange(words, from, to);
    }
}
