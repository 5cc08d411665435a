package io.millrace.runtime.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlatTreesTest {

    private static final int WIDTH = 5;
    private static final int ROWS = 403;
    private static final double[] SPECIAL = {
        0.0,
        -0.0,
        1,
        -1,
        Double.MIN_VALUE,
        -Double.MIN_VALUE,
        1e-36,
        Double.MAX_VALUE,
        -Double.MAX_VALUE,
        Math.nextUp(1.0),
        Math.nextDown(1.0)
    };
    private static final double[] NOT_FINITE = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};

    /** Walks as the words of {@link RawTree} say, one node after the other. */
    private static int slowly(RawTree tree, double[] matrix, int from) {
        int node = 0;
        while (tree.left()[node] >= 0) {
            double value = matrix[from + tree.feature()[node]];
            int kind = tree.kind()[node];
            boolean missing = Double.isNaN(value);
            if (missing && (kind & RawTree.MISSING_IS_ZERO) != 0) {
                value = 0;
                missing = false;
            }
            if (!missing && (kind & RawTree.ZERO_IS_MISSING) != 0 && Math.abs(value) <= 1e-35f) {
                missing = true;
            }
            boolean left = missing ? (kind & RawTree.MISSING_LEFT) != 0 : value <= tree.value()[node];
            node = left ? tree.left()[node] : tree.right()[node];
        }
        return node;
    }

    private static RawTree tree(Random random, int splits, int[] kinds, double[] thresholds) {
        int count = 2 * splits + 1;
        int[] left = new int[count];
        int[] right = new int[count];
        int[] feature = new int[count];
        double[] value = new double[count];
        byte[] kind = new byte[count];
        RandomTrees.grow(random, left, right);
        for (int node = 0; node < count; node++) {
            if (left[node] >= 0) {
                feature[node] = random.nextInt(WIDTH);
                value[node] = thresholds[random.nextInt(thresholds.length)];
                kind[node] = (byte) kinds[random.nextInt(kinds.length)];
            }
        }
        return new RawTree(left, right, feature, value, kind, Map.of());
    }

    private static void check(Random random, int[] kinds, double[] thresholds, double[] values) {
        double[] matrix = new double[ROWS * WIDTH];
        Arrays.setAll(matrix, i -> values[random.nextInt(values.length)]);
        FlatTreesBuilder builder = new FlatTreesBuilder(WIDTH);
        List<RawTree> trees = new ArrayList<>();
        List<int[]> places = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            trees.add(tree(random, random.nextInt(40), kinds, thresholds));
            places.add(builder.add(trees.get(i)));
        }
        FlatTrees flat = builder.build();
        int[] ofRow = new int[trees.size()];
        int[] ofTree = new int[ROWS];
        for (int tree = 0; tree < trees.size(); tree++) {
            flat.walk(tree, matrix, ROWS, FlatTrees.finite(matrix), ofTree);
            for (int row = 0; row < ROWS; row++) {
                int expected = places.get(tree)[slowly(trees.get(tree), matrix, row * WIDTH)];
                assertThat(ofTree[row]).as("tree %d row %d", tree, row).isEqualTo(expected);
                flat.walk(matrix, row * WIDTH, ofRow);
                assertThat(ofRow[tree]).as("row %d tree %d", row, tree).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void walksSideBySideAsOneByOne(long seed) {
        Random random = new Random(seed);
        int[] plain = {0, RawTree.MISSING_LEFT, RawTree.MISSING_IS_ZERO};
        double[] many = random.doubles(50, -3, 3).toArray();
        check(random, plain, many, many);
        check(random, plain, SPECIAL, SPECIAL);
        double[] infinite = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0};
        check(random, plain, infinite, SPECIAL);
        check(random, plain, new double[] {Double.NaN, 1}, SPECIAL);
    }

    @ParameterizedTest
    @ValueSource(longs = {6, 7, 8})
    void takesMissingAndInfiniteNumbersAndZerosAsTheSplitSays(long seed) {
        Random random = new Random(seed);
        int[] kinds = {
            0,
            RawTree.MISSING_LEFT,
            RawTree.MISSING_IS_ZERO,
            RawTree.MISSING_IS_ZERO | RawTree.MISSING_LEFT,
            RawTree.ZERO_IS_MISSING,
            RawTree.ZERO_IS_MISSING | RawTree.MISSING_IS_ZERO | RawTree.MISSING_LEFT
        };
        double[] mixed = Arrays.copyOf(SPECIAL, SPECIAL.length + NOT_FINITE.length);
        System.arraycopy(NOT_FINITE, 0, mixed, SPECIAL.length, NOT_FINITE.length);
        check(random, kinds, SPECIAL, mixed);
        check(random, new int[] {0, RawTree.MISSING_LEFT}, SPECIAL, mixed);
        check(random, new int[] {0, RawTree.MISSING_LEFT}, NOT_FINITE, mixed);
    }

    @Test
    void refusesWhatIsNoTree() {
        byte[] kinds = new byte[3];
        double[] values = new double[3];
        assertThatThrownBy(() -> new FlatTreesBuilder(1)
                        .add(new RawTree(
                                new int[] {1, 0, -1}, new int[] {2, 2, -1}, new int[3], values, kinds, Map.of())))
                .hasMessage("a tree's node 0 is missing or reached twice");
        assertThatThrownBy(() -> new FlatTreesBuilder(1)
                        .add(new RawTree(
                                new int[] {1, -1, -1}, new int[] {3, -1, -1}, new int[3], values, kinds, Map.of())))
                .hasMessage("a tree's node 3 is missing or reached twice");
        assertThatThrownBy(() -> new FlatTreesBuilder(1)
                        .add(new RawTree(
                                new int[] {1, -1, -1},
                                new int[] {2, -1, -1},
                                new int[] {1, 0, 0},
                                values,
                                kinds,
                                Map.of())))
                .hasMessage("a tree looks at feature 1 of 1");
    }

    @Test
    void saysWhichNodesItsRootDoesNotLeadTo() {
        int[] places = new FlatTreesBuilder(1)
                .add(new RawTree(
                        new int[] {-1, -1}, new int[] {-1, -1}, new int[2], new double[2], new byte[2], Map.of()));

        assertThat(places).containsExactly(0, -1);
    }
}
