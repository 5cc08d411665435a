package io.millrace.runtime.tribuo;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.tree.FlatTrees;
import io.millrace.runtime.tree.RandomTrees;
import io.millrace.runtime.tree.RawTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Walks beside the plain one, in which trees stay as the trainer wrote them. */
@SuppressWarnings("ArrayRecordComponent")
class TreeEnsembleTest {

    private static final int WIDTH = 6;
    private static final int ROWS = 203;
    private static final int TREES = 13;
    private static final int NODES = 101;
    /** Where numbers stop being 32 bit floats: half a step past the last. */
    private static final double PAST_FLOATS = 0x1p128 - 0x1p103;

    private static final float[] EDGES = {
        0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MIN_NORMAL, 1, -1, Float.MAX_VALUE, -Float.MAX_VALUE
    };
    private static final double[] FAR = {
        Double.MIN_VALUE, -Double.MIN_VALUE, 1e300, -1e300, PAST_FLOATS, -PAST_FLOATS, Math.nextDown(PAST_FLOATS)
    };
    private static final double[] NOT_FINITE = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};

    /** A tree with thresholds as they were trained. */
    private record Tree(int[] left, int[] right, int[] feature, double[] threshold, double[] values, int target) {

        int next(int node, double[] matrix, int from, boolean strict) {
            double value = matrix[from + feature[node]];
            boolean goesLeft = strict ? (float) value < (float) threshold[node] : value <= threshold[node];
            return goesLeft ? left[node] : right[node];
        }
    }

    /** @param strict left means below, as 32 bit floats (XGBoost); otherwise at most (Tribuo) */
    private record Case(List<Tree> trees, int outputs, boolean strict, double[] base) {

        static Case of(Random random, int outputs, boolean strict, double[] thresholds) {
            List<Tree> trees = new ArrayList<>();
            for (int tree = 0; tree < TREES; tree++) {
                int count = tree == 0 ? 1 : NODES;
                int[] left = new int[count];
                int[] right = new int[count];
                RandomTrees.grow(random, left, right);
                trees.add(new Tree(
                        left,
                        right,
                        random.ints(count, 0, WIDTH).toArray(),
                        pick(random, thresholds, count),
                        random.doubles(count * (strict ? 1L : outputs), -1, 1).toArray(),
                        strict ? tree % outputs : -1));
            }
            return new Case(trees, outputs, strict, random.doubles(outputs).toArray());
        }

        /** The quality of a node is the number it is known by here. */
        TreeEnsemble compiled() {
            TreeBuilder builder = new TreeBuilder(WIDTH, outputs);
            for (int at = 0; at < trees.size(); at++) {
                Tree tree = trees.get(at);
                int count = tree.left.length;
                double[] number = new double[count];
                double[] value = new double[count];
                for (int node = 0; node < count; node++) {
                    number[node] = at * NODES + node;
                    boolean leaf = tree.left[node] < 0;
                    double split =
                            strict ? XgboostTrees.highestBelow((float) tree.threshold[node]) : tree.threshold[node];
                    value[node] = leaf && strict ? tree.values[node] : split;
                }
                RawTree raw = new RawTree(tree.left, tree.right, tree.feature, value, new byte[count], Map.of());
                if (strict) {
                    builder.add(raw, tree.target, number);
                } else {
                    builder.add(raw, tree.values, number);
                }
            }
            return builder.build(base, strict, strict);
        }

        /** Scores, and into {@code visits} how often each node is passed. */
        double[] score(double[] matrix, int rows, long[] visits) {
            double[] scores = new double[rows * outputs];
            for (int row = 0; row < rows; row++) {
                int to = row * outputs;
                System.arraycopy(base, 0, scores, to, outputs);
                for (int at = 0; at < trees.size(); at++) {
                    Tree tree = trees.get(at);
                    int node = 0;
                    visits[at * NODES]++;
                    while (tree.left[node] >= 0) {
                        node = tree.next(node, matrix, row * WIDTH, strict);
                        visits[at * NODES + node]++;
                    }
                    for (int output = 0; output < outputs; output++) {
                        if (!strict || output == tree.target) {
                            scores[to + output] += tree.values[strict ? node : node * outputs + output];
                        }
                    }
                }
            }
            if (strict) {
                DenseModel.softmax(scores, outputs);
            }
            return scores;
        }
    }

    private static double[] pick(Random random, double[] pool, int count) {
        return random.ints(count, 0, pool.length).mapToDouble(at -> pool[at]).toArray();
    }

    private static double[] floats(Random random) {
        return DoubleStream.concat(
                        random.doubles(20, -3, 3).map(x -> (float) x),
                        IntStream.range(0, EDGES.length).mapToDouble(i -> EDGES[i]))
                .toArray();
    }

    /** On each threshold, one step beside it, and where rounding to a float goes over to it. */
    private static double[] near(double[] thresholds) {
        return Arrays.stream(thresholds)
                .flatMap(threshold -> {
                    double below = (threshold + Math.nextDown((float) threshold)) / 2;
                    double above = (threshold + Math.nextUp((float) threshold)) / 2;
                    return DoubleStream.of(threshold, below, above)
                            .flatMap(x -> DoubleStream.of(x, Math.nextUp(x), Math.nextDown(x)));
                })
                .filter(Double::isFinite)
                .toArray();
    }

    private static double[] all(double[]... pools) {
        return Arrays.stream(pools).flatMapToDouble(Arrays::stream).toArray();
    }

    private static void check(Case plain, double[] matrix) {
        TreeEnsemble compiled = plain.compiled();
        int outputs = plain.outputs;
        long[] visits = new long[TREES * NODES];

        double[] expected = plain.score(matrix, ROWS, visits);

        assertThat(compiled.score(matrix, ROWS)).containsExactly(expected);
        for (int row = 0; row < ROWS; row++) {
            double[] one = Arrays.copyOfRange(matrix, row * WIDTH, (row + 1) * WIDTH);
            assertThat(compiled.score(one, 1))
                    .as("row %d", row)
                    .containsExactly(Arrays.copyOfRange(expected, row * outputs, (row + 1) * outputs));
        }
        long[] counted = compiled.visits(matrix, ROWS);
        FlatTrees layout = compiled.forest().trees();
        assertThat(counted).hasSize(1 + (TREES - 1) * NODES);
        for (int place = 0; place < counted.length; place++) {
            int number = (int) compiled.quality()[place];
            Tree tree = plain.trees.get(number / NODES);
            int node = number % NODES;
            assertThat(counted[place]).as("node %d", number).isEqualTo(visits[number]);
            assertThat(layout.column(place)).isEqualTo(tree.left[node] < 0 ? -1 : tree.feature[node]);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, true", "2, 3, true", "3, 1, false", "4, 3, false"})
    void scoresToTheBitAsOneNodeAfterTheOther(long seed, int outputs, boolean strict) {
        Random random = new Random(seed);
        double[] thresholds = floats(random);
        double[] finite = all(near(thresholds), FAR);
        double[] infinite = {Double.POSITIVE_INFINITY};
        double[] nowhere = {Double.NEGATIVE_INFINITY, Double.NaN};
        double[] notFloats = strict ? new double[0] : random.doubles(20, -3, 3).toArray();
        Case usual = Case.of(random, outputs, strict, all(thresholds, infinite, notFloats));

        check(usual, pick(random, finite, ROWS * WIDTH));
        check(usual, pick(random, all(finite, NOT_FINITE), ROWS * WIDTH));
        check(usual, pick(random, NOT_FINITE, ROWS * WIDTH));
        check(
                Case.of(random, outputs, strict, all(thresholds, infinite, nowhere)),
                pick(random, all(finite, NOT_FINITE), ROWS * WIDTH));
    }

    @Test
    void findsTheHighestNumberBelowAFloat() {
        Random random = new Random(5);
        for (int i = 0; i < 100_000; i++) {
            float threshold = i < EDGES.length ? EDGES[i] : Float.intBitsToFloat(random.nextInt());
            if (threshold > Float.NEGATIVE_INFINITY) {
                double highest = XgboostTrees.highestBelow(threshold);
                assertThat((float) highest).isLessThan(threshold);
                assertThat((float) Math.nextUp(highest)).isEqualTo(threshold);
            }
        }
        assertThat(XgboostTrees.highestBelow(Float.POSITIVE_INFINITY)).isEqualTo(Math.nextDown(PAST_FLOATS));
        assertThat(XgboostTrees.highestBelow(Float.NEGATIVE_INFINITY)).isNaN();
        assertThat(XgboostTrees.highestBelow(Float.NaN)).isNaN();
    }
}
