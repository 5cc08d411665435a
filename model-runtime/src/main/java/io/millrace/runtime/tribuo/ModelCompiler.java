package io.millrace.runtime.tribuo;

import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.Task;
import io.millrace.runtime.tree.RawTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.tribuo.Model;
import org.tribuo.classification.Label;
import org.tribuo.common.sgd.AbstractLinearSGDModel;
import org.tribuo.common.tree.LeafNode;
import org.tribuo.common.tree.Node;
import org.tribuo.common.tree.SplitNode;
import org.tribuo.common.tree.TreeModel;
import org.tribuo.common.xgboost.XGBoostModel;
import org.tribuo.ensemble.WeightedEnsembleModel;
import org.tribuo.math.la.DenseMatrix;
import org.tribuo.regression.Regressor;

/**
 * Turns the Tribuo models that Millrace trains (linear with softmax, forests that average, XGBoost trees) into a
 * {@link DenseModel}. A model of these classes that means something else (another link function, a majority vote) is found
 * out by comparing with Tribuo's own answers and left to {@link TribuoScorer}.
 */
public final class ModelCompiler {

    /** Log-odds of a class the model has never seen. */
    private static final double NEVER = -1e30;

    private static final int PROBES = 12;

    private ModelCompiler() {}

    /**
     * The compiled model; empty when Tribuo itself must be asked.
     *
     * @param names feature names in matrix order
     * @throws ModelFormatException when the model's features or classes are not those of {@code names} and the signature
     */
    public static Optional<DenseModel> compile(Model<?> model, List<String> names, Signature signature) {
        int[] slots = slots(model, names);
        int[] columns = columns(model, signature);
        Optional<DenseModel> compiled;
        if (model instanceof AbstractLinearSGDModel<?> linear) {
            compiled = Optional.of(linear(linear, names.size(), slots, columns, signature));
        } else if (model instanceof WeightedEnsembleModel<?> forest) {
            compiled = forest(forest, names.size(), slots, columns, signature);
        } else if (model instanceof XGBoostModel<?> boosted) {
            compiled = XgboostTrees.read(boosted, names.size(), slots, columns, signature);
        } else {
            compiled = Optional.empty();
        }
        return compiled.filter(dense -> agrees(dense, new TribuoScorer(model, names, signature)));
    }

    /** Matrix column of each of the model's feature ids. */
    private static int[] slots(Model<?> model, List<String> names) {
        Map<String, Integer> index = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            index.put(names.get(i), i);
        }
        int[] slots = new int[model.getFeatureIDMap().size()];
        for (int id = 0; id < slots.length; id++) {
            String name = model.getFeatureIDMap().get(id).getName();
            Integer slot = index.get(name);
            if (slot == null) {
                throw new ModelFormatException("the model reads a feature that features.json does not make: " + name);
            }
            slots[id] = slot;
        }
        return slots;
    }

    /** Output column of each of the model's output ids. */
    private static int[] columns(Model<?> model, Signature signature) {
        int[] columns = new int[model.getOutputIDInfo().size()];
        for (int id = 0; id < columns.length; id++) {
            Object output = model.getOutputIDInfo().getOutput(id);
            if (output instanceof Label label && signature.task() != Task.REGRESSION) {
                columns[id] = signature.classes().indexOf(label.getLabel());
                if (columns[id] < 0) {
                    throw new ModelFormatException(
                            "the model predicts a class the signature does not have: " + label.getLabel());
                }
            } else if (!(output instanceof Regressor) || signature.task() != Task.REGRESSION || columns.length != 1) {
                throw new ModelFormatException("the model's outputs do not fit a " + signature.task() + " signature");
            }
        }
        return columns;
    }

    static int outputs(Signature signature) {
        return signature.task() == Task.REGRESSION ? 1 : signature.classes().size();
    }

    /** Start value of each output: 0 for those the model knows. */
    static double[] base(int outputs, int[] columns) {
        double[] base = new double[outputs];
        java.util.Arrays.fill(base, NEVER);
        for (int column : columns) {
            base[column] = 0;
        }
        return base;
    }

    private static DenseModel linear(
            AbstractLinearSGDModel<?> model, int width, int[] slots, int[] columns, Signature signature) {
        int outputs = outputs(signature);
        DenseMatrix matrix = model.getWeightsCopy();
        double[] weights = new double[outputs * width];
        double[] bias = base(outputs, columns);
        for (int id = 0; id < columns.length; id++) {
            for (int feature = 0; feature < slots.length; feature++) {
                weights[columns[id] * width + slots[feature]] = matrix.get(id, feature);
            }
            bias[columns[id]] = matrix.get(id, slots.length);
        }
        return new LinearModel(width, outputs, weights, bias, signature.task() != Task.REGRESSION);
    }

    private static Optional<DenseModel> forest(
            WeightedEnsembleModel<?> forest, int width, int[] slots, int[] columns, Signature signature) {
        int outputs = outputs(signature);
        TreeBuilder builder = new TreeBuilder(width, outputs);
        // Millrace's forests have equal weights; others are seen by the comparison with Tribuo.
        double weight = 1.0 / forest.getModels().size();
        for (Model<?> member : forest.getModels()) {
            if (!(member instanceof TreeModel<?> tree)) {
                return Optional.empty();
            }
            add(builder, tree.getRoot(), slots, columns, forest, outputs, weight);
        }
        return Optional.of(builder.build(new double[outputs], false, false));
    }

    private static void add(
            TreeBuilder builder, Node<?> root, int[] slots, int[] columns, Model<?> model, int outputs, double weight) {
        List<Node<?>> nodes = new ArrayList<>(List.of(root));
        // Grows while it is gone through: what lies below a split is put at its end, left before right.
        for (int at = 0; at < nodes.size(); at++) {
            if (nodes.get(at) instanceof SplitNode<?> split) {
                nodes.add(split.getLessThanOrEqual());
                nodes.add(split.getGreaterThan());
            }
        }
        int count = nodes.size();
        int[] left = new int[count];
        int[] right = new int[count];
        int[] feature = new int[count];
        double[] threshold = new double[count];
        double[] values = new double[count * outputs];
        double[] impurity = new double[count];
        int next = 1;
        for (int at = 0; at < count; at++) {
            impurity[at] = nodes.get(at).getImpurity();
            if (nodes.get(at) instanceof SplitNode<?> split) {
                left[at] = next++;
                right[at] = next++;
                feature[at] = slots[split.getFeatureID()];
                threshold[at] = split.splitValue();
                continue;
            }
            left[at] = -1;
            LeafNode<?> leaf = (LeafNode<?>) nodes.get(at);
            if (leaf.getOutput() instanceof Regressor regressor) {
                values[at * outputs] = regressor.getValues()[0] * weight;
                continue;
            }
            for (int id = 0; id < columns.length; id++) {
                Label label = (Label) model.getOutputIDInfo().getOutput(id);
                if (leaf.getDistribution().get(label.getLabel()) instanceof Label scored) {
                    values[at * outputs + columns[id]] = scored.getScore() * weight;
                }
            }
        }
        builder.add(new RawTree(left, right, feature, threshold, new byte[count], Map.of()), values, impurity);
    }

    private static boolean agrees(DenseModel dense, TribuoScorer tribuo) {
        SplittableRandom random = new SplittableRandom(20260101);
        double[] probe = new double[PROBES * dense.width()];
        for (int i = 0; i < probe.length; i++) {
            // Scaled numbers, bin codes, and 0/1 features.
            double range = i % 3 == 0 ? 64 : i % 3 == 1 ? 4 : 1;
            probe[i] = range == 1 ? random.nextInt(2) : random.nextDouble(range) - (range == 4 ? 2 : 0);
        }
        double[] expected = tribuo.score(probe, PROBES);
        double[] actual = dense.score(probe, PROBES);
        for (int i = 0; i < expected.length; i++) {
            if (!(Math.abs(expected[i] - actual[i]) <= 1e-4 * (1 + Math.abs(expected[i])))) {
                return false;
            }
        }
        return true;
    }
}
