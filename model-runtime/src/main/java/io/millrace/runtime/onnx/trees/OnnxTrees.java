package io.millrace.runtime.onnx.trees;

import io.millrace.runtime.tree.FlatTrees;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A graph that is one tree ensemble. Sums are of 32 bit floats in the order of the trees, as in ONNX Runtime on one thread. Immutable.
 */
public final class OnnxTrees {

    private static final int PROBES = 256;

    private final String input;
    private final int width;
    private final Layout layout;
    private final Scoring scoring;
    private final Map<String, Result> results;
    private final List<?> labels;

    OnnxTrees(String input, int width, Layout layout, Scoring scoring, Map<String, Result> results, List<?> labels) {
        this.input = input;
        this.width = width;
        this.layout = layout;
        this.scoring = scoring;
        this.results = Map.copyOf(results);
        this.labels = List.copyOf(labels);
    }

    /** What an output of the graph is. */
    enum Result {
        SCORES,
        LABELS
    }

    /**
     * What becomes of the sums.
     *
     * @param link of a sum
     * @param divisor what sums are divided by
     * @param base what is added to each then
     */
    record Scoring(Link link, float divisor, float base) {}

    /** How sums are scores. */
    enum Link {
        /** They are, one for each row. */
        NUMBER,
        /** They are, one for each class; the label is the first with the highest. */
        VOTES,
        /** One sum is the second class's share; its label above a half. */
        SHARE,
        /** One sum is the second class's log odds; its label above 0. */
        LOG_ODDS
    }

    /** The graph's input, a matrix of 32 bit floats. */
    public String input() {
        return input;
    }

    /** Columns of the input. */
    public int width() {
        return width;
    }

    public long memoryBytes() {
        return layout.memoryBytes();
    }

    /**
     * Outputs of the graph.
     *
     * @param matrix row by row
     * @return {@code double[]} or {@code String[]} by name
     */
    public Map<String, Object> run(double[] matrix, int rows, Set<String> requested) {
        float[] sums = sums(matrix, rows);
        Map<String, Object> values = new LinkedHashMap<>();
        for (String name : requested) {
            values.put(name, results.get(name) == Result.LABELS ? labels(sums, rows) : scores(sums, rows));
        }
        return values;
    }

    private float[] sums(double[] matrix, int rows) {
        int outputs = layout.outputs();
        FlatTrees trees = layout.trees();
        float[] sums = new float[Math.multiplyExact(rows, outputs)];
        if (rows == 1) {
            int[] leaves = new int[trees.count()];
            trees.walk(matrix, 0, leaves);
            for (int leaf : leaves) {
                layout.add(leaf, sums, 0);
            }
        } else {
            int[] leaves = new int[rows];
            boolean finite = FlatTrees.finite(matrix);
            for (int tree = 0; tree < trees.count(); tree++) {
                trees.walk(tree, matrix, rows, finite, leaves);
                for (int row = 0; row < rows; row++) {
                    layout.add(leaves[row], sums, row * outputs);
                }
            }
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] = sums[i] / scoring.divisor + scoring.base;
        }
        return sums;
    }

    private double[] scores(float[] sums, int rows) {
        if (scoring.link == Link.NUMBER || scoring.link == Link.VOTES) {
            double[] scores = new double[sums.length];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = sums[i];
            }
            return scores;
        }
        double[] both = new double[2 * rows];
        for (int row = 0; row < rows; row++) {
            float share = scoring.link == Link.SHARE ? sums[row] : logistic(sums[row]);
            both[2 * row] = 1 - share;
            both[2 * row + 1] = share;
        }
        return both;
    }

    private static float logistic(float logOdds) {
        float share = 1 / (1 + (float) Math.exp(-Math.abs(logOdds)));
        return logOdds < 0 ? 1 - share : share;
    }

    private Object labels(float[] sums, int rows) {
        Object[] chosen = new Object[rows];
        for (int row = 0; row < rows; row++) {
            chosen[row] = labels.get(label(sums, row));
        }
        return labels.get(0) instanceof String
                ? Arrays.copyOf(chosen, rows, String[].class)
                : Arrays.stream(chosen)
                        .mapToDouble(label -> ((Long) label).doubleValue())
                        .toArray();
    }

    private int label(float[] sums, int row) {
        if (scoring.link != Link.VOTES) {
            return sums[row] > (scoring.link == Link.SHARE ? 0.5f : 0) ? 1 : 0;
        }
        int from = row * layout.outputs();
        int best = 0;
        for (int i = 1; i < layout.outputs(); i++) {
            best = sums[from + i] > sums[from + best] ? i : best;
        }
        return best;
    }

    /** Rows that lie on and beside the thresholds, the same each time; {@link #agrees} needs answers to them. */
    public double[] probes() {
        Random random = new Random(layout.trees().nodes());
        double[] matrix = new double[PROBES * width];
        double[][] thresholds = new double[width][];
        for (int column = 0; column < width; column++) {
            thresholds[column] = thresholds(column);
        }
        for (int i = 0; i < matrix.length; i++) {
            double[] of = thresholds[i % width];
            if (of.length == 0) {
                continue;
            }
            float near = (float) of[random.nextInt(of.length)];
            matrix[i] = switch (random.nextInt(8)) {
                case 0 -> Math.nextUp(near);
                case 1 -> Math.nextDown(near);
                case 2 -> random.nextInt(8) == 0 ? Float.NaN : 0;
                case 3 -> near + random.nextFloat();
                default -> near;
            };
        }
        return matrix;
    }

    private double[] thresholds(int column) {
        FlatTrees trees = layout.trees();
        return IntStream.range(0, trees.nodes())
                .filter(node -> trees.column(node) == column)
                .mapToDouble(trees::threshold)
                .toArray();
    }

    /** Whether others answered the probes alike: labels the same, numbers within a millionth. */
    public boolean agrees(Map<String, Object> theirs) {
        Map<String, Object> ours = run(probes(), PROBES, theirs.keySet());
        return theirs.entrySet().stream().allMatch(their -> same(ours.get(their.getKey()), their.getValue()));
    }

    private static boolean same(@Nullable Object ours, Object theirs) {
        if (!(ours instanceof double[] numbers) || !(theirs instanceof double[] others)) {
            return ours instanceof String[] texts && theirs instanceof String[] words && Arrays.equals(texts, words);
        }
        if (numbers.length != others.length) {
            return false;
        }
        for (int i = 0; i < numbers.length; i++) {
            double scale = Math.max(1, Math.abs(others[i]));
            if (!(Math.abs(numbers[i] - others[i]) <= 1e-6 * scale)) {
                return false;
            }
        }
        return true;
    }
}
