package io.millrace.runtime.tree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Trees of any form, for tests. */
public final class RandomTrees {

    private RandomTrees() {}

    /** Grows a tree from its root: each two nodes more are the children of a leaf so far. An odd number of nodes. */
    public static void grow(Random random, int[] left, int[] right) {
        Arrays.fill(left, -1);
        List<Integer> leaves = new ArrayList<>(List.of(0));
        for (int used = 1; used < left.length; used += 2) {
            int split = leaves.remove(random.nextInt(leaves.size()));
            left[split] = used + 1;
            right[split] = used;
            leaves.addAll(List.of(used, used + 1));
        }
    }
}
