package io.millrace.benchmarks.serving;

import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.StringJoiner;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A binary LightGBM model of balanced trees with made-up thresholds: as large as a trained one, and the same every time. */
public final class TreeModel {

    private TreeModel() {}

    /**
     * The model's file.
     *
     * @param features columns, {@code f0}, {@code f1}, ...
     * @param leaves of each tree, a power of two
     */
    public static String text(int features, int trees, int leaves, long seed) {
        Random random = new Random(seed);
        StringBuilder text =
                new StringBuilder("tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\n");
        text.append("max_feature_idx=").append(features - 1).append("\nobjective=binary sigmoid:1\n");
        text.append("feature_names=").append(words(features, i -> "f" + i)).append('\n');
        text.append("feature_infos=").append(words(features, i -> "[0:1]")).append("\n\n");
        for (int tree = 0; tree < trees; tree++) {
            text.append("Tree=")
                    .append(tree)
                    .append("\nnum_leaves=")
                    .append(leaves)
                    .append("\nnum_cat=0\n");
            text.append("split_feature=")
                    .append(words(leaves - 1, i -> "" + random.nextInt(features)))
                    .append('\n');
            text.append("threshold=")
                    .append(words(leaves - 1, i -> number(random.nextDouble())))
                    .append('\n');
            text.append("decision_type=").append(words(leaves - 1, i -> "2")).append('\n');
            // Split i has the splits 2i+1 and 2i+2 below it; past the last split come the leaves, numbered from -1
            // down.
            text.append("left_child=")
                    .append(words(leaves - 1, i -> child(2 * i + 1, leaves)))
                    .append('\n');
            text.append("right_child=")
                    .append(words(leaves - 1, i -> child(2 * i + 2, leaves)))
                    .append('\n');
            text.append("leaf_value=")
                    .append(words(leaves, i -> number(random.nextGaussian() / 20)))
                    .append('\n');
            text.append("is_linear=0\nshrinkage=0.1\n\n");
        }
        return text.append("end of trees\n").toString();
    }

    private static String child(int node, int leaves) {
        return node < leaves - 1 ? "" + node : "" + ~(node - (leaves - 1));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.6f", value);
    }

    private static String words(int count, IntFunction<String> word) {
        return IntStream.range(0, count).mapToObj(word).collect(Collectors.joining(" "));
    }

    /** A row as the native call takes it. */
    static String nativeCall(int features, long seed) {
        StringJoiner values = new StringJoiner(",");
        double[] row = row(features, seed);
        for (int i = 0; i < features; i++) {
            values.add("\"f" + i + "\":" + number(row[i]));
        }
        return "{\"inputs\":{" + values + "}}";
    }

    /** Rows as one tensor of the Open Inference protocol. */
    static String tensorCall(int features, int rows, long seed) {
        String values = IntStream.range(0, rows)
                .mapToObj(row -> Arrays.stream(row(features, seed + row))
                        .mapToObj(TreeModel::number)
                        .collect(Collectors.joining(",")))
                .collect(Collectors.joining(","));
        return "{\"inputs\":[{\"name\":\"x\",\"shape\":[" + rows + "," + features + "],\"datatype\":\"FP64\",\"data\":["
                + values + "]}],\"parameters\":{\"key\":\"c-4711\"}}";
    }

    private static double[] row(int features, long seed) {
        return new Random(seed).doubles(features).toArray();
    }
}
