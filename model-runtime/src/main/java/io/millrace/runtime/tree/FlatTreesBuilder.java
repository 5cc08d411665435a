package io.millrace.runtime.tree;

import java.util.Arrays;

/** Checks trees and lays them out, each in depth-first order. Not safe for concurrent use. */
public final class FlatTreesBuilder {

    private final int width;
    private int[] roots = new int[16];
    private int trees;
    private long[] links = new long[256];
    private double[] thresholds = new double[256];
    private byte[] kinds = new byte[256];
    private int nodes;
    private int[] sets = new int[16];
    private int words;

    /** @param width columns of a row */
    public FlatTreesBuilder(int width) {
        this.width = width;
    }

    /**
     * Adds a tree.
     *
     * @return for each of its nodes the place in the layout; -1 for one that the root does not lead to
     * @throws IllegalArgumentException when the tree looks at a feature that is not there or is not a tree
     */
    public int[] add(RawTree tree) {
        if (trees == roots.length) {
            roots = Arrays.copyOf(roots, trees * 2);
        }
        roots[trees++] = nodes;
        int count = tree.left().length;
        int[] places = new int[count];
        Arrays.fill(places, -1);
        // Nodes that have a place and nothing in it yet; the next one last.
        int[] open = new int[count + 1];
        int waiting = 0;
        place(places, 0, nodes(1));
        open[waiting++] = 0;
        while (waiting > 0) {
            int from = open[--waiting];
            int to = places[from];
            if (tree.left()[from] < 0) {
                links[to] = (long) to << 32;
                thresholds[to] = Double.POSITIVE_INFINITY;
                continue;
            }
            int left = nodes(2);
            place(places, tree.left()[from], left);
            place(places, tree.right()[from], left + 1);
            split(tree, from, to, left);
            open[waiting++] = tree.right()[from];
            open[waiting++] = tree.left()[from];
        }
        return places;
    }

    private static void place(int[] places, int from, int to) {
        if (from < 0 || from >= places.length || places[from] >= 0) {
            throw new IllegalArgumentException("a tree's node " + from + " is missing or reached twice");
        }
        places[from] = to;
    }

    private void split(RawTree tree, int from, int to, int left) {
        int column = tree.feature()[from];
        if (column < 0 || column >= width) {
            throw new IllegalArgumentException("a tree looks at feature " + column + " of " + width);
        }
        links[to] = (long) left << 32 | column;
        kinds[to] = tree.kind()[from];
        // A negative zero is a zero, but has the sign that tells what is above from what is below.
        thresholds[to] = tree.value()[from] + 0.0;
        if ((kinds[to] & RawTree.CATEGORY) != 0) {
            int[] set = tree.sets().get(from);
            if (set == null) {
                throw new IllegalArgumentException("a tree's node " + from + " has no categories");
            }
            thresholds[to] = words;
            sets = words + set.length + 1 > sets.length ? Arrays.copyOf(sets, 2 * (words + set.length + 1)) : sets;
            sets[words++] = set.length;
            System.arraycopy(set, 0, sets, words, set.length);
            words += set.length;
        }
    }

    /** Room for so many more; the place of the first. */
    private int nodes(int more) {
        if (nodes + more > links.length) {
            int length = links.length * 2;
            links = Arrays.copyOf(links, length);
            thresholds = Arrays.copyOf(thresholds, length);
            kinds = Arrays.copyOf(kinds, length);
        }
        nodes += more;
        return nodes - more;
    }

    public FlatTrees build() {
        return new FlatTrees(
                width,
                Arrays.copyOf(roots, trees),
                Arrays.copyOf(links, nodes),
                Arrays.copyOf(thresholds, nodes),
                Arrays.copyOf(kinds, nodes),
                Arrays.copyOf(sets, words));
    }
}
