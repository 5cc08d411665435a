package io.millrace.runtime.xgboost;

import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Task;
import io.millrace.runtime.tree.Booster;
import io.millrace.runtime.tree.Feature;
import io.millrace.runtime.tree.ForestBuilder;
import io.millrace.runtime.tree.LinearMargins;
import io.millrace.runtime.tree.Margins;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a parsed XGBoost file, of 1.0 to 3.2, as a {@link Booster}. */
final class XgboostFile {

    private static final int MAX_FEATURES = 100_000;
    private static final int MAX_OUTPUTS = 10_000;

    private final Node learner;
    private final Node booster;
    private final int width;
    private final int outputs;

    private XgboostFile(Node root) {
        learner = root.get("learner");
        booster = learner.get("gradient_booster");
        Node model = learner.get("learner_model_param");
        width = bounded(model.get("num_feature"), 1, MAX_FEATURES);
        int classes = bounded(model.get("num_class"), 0, MAX_OUTPUTS);
        int targets = model.find("num_target")
                .map(node -> bounded(node, 1, MAX_OUTPUTS))
                .orElse(1);
        outputs = Math.max(1, Math.max(classes, targets));
    }

    private static int bounded(Node node, int least, int most) {
        int value = node.whole();
        if (value < least || value > most) {
            throw new IllegalArgumentException(node.path() + " is " + value + ", not from " + least + " to " + most);
        }
        return value;
    }

    /** @throws IllegalArgumentException saying what in the file is wrong */
    static Booster read(Node root) {
        XgboostFile file = new XgboostFile(root);
        Objective objective =
                Objective.of(file.learner.get("objective").get("name").text());
        boolean several = file.outputs > 1 && objective.task() != Task.MULTICLASS;
        return new Booster(
                several ? Task.GENERIC : objective.task(),
                file.features(),
                !file.names().isEmpty(),
                true,
                file.margins(),
                file.base(objective),
                1,
                objective.link());
    }

    /** One number for all outputs or one for each, in brackets or not. */
    private double[] base(Objective objective) {
        Node node = learner.get("learner_model_param").get("base_score");
        String[] texts = node.value() instanceof Double number
                ? new String[] {String.valueOf(number)}
                : node.text().replace("[", "").replace("]", "").split(",");
        if (texts.length != 1 && texts.length != outputs) {
            throw new IllegalArgumentException(
                    "base_score has " + texts.length + " numbers for " + outputs + " outputs");
        }
        double[] base = new double[outputs];
        for (int i = 0; i < outputs; i++) {
            float score = Float.parseFloat(texts[texts.length == 1 ? 0 : i].strip());
            base[i] = objective.margin().applyAsDouble(score);
        }
        return base;
    }

    private List<String> names() {
        return learner.find("feature_names")
                .map(names -> names.list().stream().map(Node::text).toList())
                .orElse(List.of());
    }

    private List<Feature> features() {
        List<String> names = names();
        List<String> types = learner.find("feature_types")
                .map(found -> found.list().stream().map(Node::text).toList())
                .orElse(List.of());
        if ((!names.isEmpty() && names.size() != width) || (!types.isEmpty() && types.size() != width)) {
            throw new IllegalArgumentException(
                    "there are " + width + " features, but " + names.size() + " names and " + types.size() + " types");
        }
        List<List<String>> categories = categories();
        List<Feature> features = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            String name = names.isEmpty() ? "f" + i : names.get(i);
            List<String> known = i < categories.size() ? categories.get(i) : List.of();
            features.add(
                    switch (types.isEmpty() ? "" : types.get(i)) {
                        case "c" ->
                            new Feature(name, known.isEmpty() ? ColumnType.INT64 : ColumnType.STRING, true, known);
                        case "int" -> Feature.number(name, ColumnType.INT64);
                        case "i" -> Feature.number(name, ColumnType.BOOL);
                        default -> Feature.number(name, ColumnType.FLOAT64);
                    });
        }
        return features;
    }

    /** From 3.1 the file has the texts of the categories, one after another in UTF-8, with where each begins. */
    private List<List<String>> categories() {
        List<List<String>> all = new ArrayList<>();
        Optional<Node> encodings =
                booster.find("model").flatMap(model -> model.find("cats")).flatMap(c -> c.find("enc"));
        if (encodings.isEmpty()) {
            return all;
        }
        for (Node encoding : encodings.get().list()) {
            List<String> texts = new ArrayList<>();
            if (encoding.find("offsets").isPresent()) {
                int[] offsets = encoding.get("offsets").wholes();
                int[] values = encoding.get("values").wholes();
                byte[] bytes = new byte[values.length];
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) values[i];
                }
                for (int i = 0; i + 1 < offsets.length; i++) {
                    if (offsets[i] < 0 || offsets[i] > offsets[i + 1] || offsets[i + 1] > bytes.length) {
                        throw new IllegalArgumentException(encoding.path() + " has wrong offsets");
                    }
                    texts.add(new String(bytes, offsets[i], offsets[i + 1] - offsets[i], StandardCharsets.UTF_8));
                }
            }
            all.add(texts);
        }
        return all;
    }

    private Margins margins() {
        String name = booster.get("name").text();
        switch (name) {
            case "gbtree" -> {
                return trees(booster.get("model"), new double[0]);
            }
            case "dart" -> {
                return trees(
                        booster.get("gbtree").get("model"),
                        booster.get("weight_drop").numbers());
            }
            case "gblinear" -> {
                double[] weights = booster.get("model").get("weights").numbers();
                return new LinearMargins(width, outputs, weights);
            }
            default -> throw new ModelFormatException("the XGBoost booster " + name + " is not supported");
        }
    }

    private Margins trees(Node model, double[] drops) {
        List<Node> trees = model.get("trees").list();
        int[] targets = model.get("tree_info").wholes();
        if (targets.length != trees.size() || (drops.length > 0 && drops.length != trees.size())) {
            throw new IllegalArgumentException("it has " + trees.size() + " trees, but tells of others");
        }
        ForestBuilder builder = new ForestBuilder(width, outputs);
        int used = used(model, trees.size());
        for (int i = 0; i < used; i++) {
            builder.add(XgboostTree.read(trees.get(i)), targets[i], drops.length == 0 ? 1 : drops[i]);
        }
        return builder.build();
    }

    /** With early stopping, the trees up to the best iteration count, as in XGBoost's scikit-learn interface. */
    private int used(Node model, int trees) {
        Optional<Node> best = learner.find("attributes").flatMap(attributes -> attributes.find("best_iteration"));
        if (best.isEmpty()) {
            return trees;
        }
        int iterations = best.get().whole() + 1;
        int[] ends = model.find("iteration_indptr").map(Node::wholes).orElse(new int[0]);
        long parallel = model.get("gbtree_model_param")
                .find("num_parallel_tree")
                .map(Node::whole)
                .orElse(1);
        long used = iterations >= 0 && iterations < ends.length ? ends[iterations] : iterations * parallel * outputs;
        if (iterations < 1 || used < 0) {
            throw new IllegalArgumentException(best.get().path() + " is " + (iterations - 1));
        }
        return (int) Math.min(trees, used);
    }
}
