package io.millrace.runtime.onnx.trees;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.millrace.runtime.onnx.trees.OnnxTrees.Link;
import io.millrace.runtime.onnx.trees.OnnxTrees.Result;
import io.millrace.runtime.onnx.trees.OnnxTrees.Scoring;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Recognises graphs that are one tree ensemble on a matrix of floats, as scikit-learn's trees and forests are exported. Anything that
 * is not quite so is left to ONNX Runtime.
 */
public final class TreeGraphs {

    private static final String CLASSIFIER = "TreeEnsembleClassifier";
    private static final String REGRESSOR = "TreeEnsembleRegressor";
    private static final Set<String> KNOWN = Set.of(
            "nodes_treeids",
            "nodes_nodeids",
            "nodes_featureids",
            "nodes_values",
            "nodes_hitrates",
            "nodes_modes",
            "nodes_truenodeids",
            "nodes_falsenodeids",
            "nodes_missing_value_tracks_true",
            "class_treeids",
            "class_nodeids",
            "class_ids",
            "class_weights",
            "classlabels_strings",
            "classlabels_int64s",
            "target_treeids",
            "target_nodeids",
            "target_ids",
            "target_weights",
            "n_targets",
            "aggregate_function",
            "post_transform",
            "base_values");

    private TreeGraphs() {}

    /** The ensemble that the whole graph is. */
    public static Optional<OnnxTrees> find(ModelProto model) {
        GraphProto graph = model.getGraph();
        if (graph.getInputCount() != 1 || graph.getNodeCount() == 0 || model.getFunctionsCount() > 0) {
            return Optional.empty();
        }
        ValueInfoProto input = graph.getInput(0);
        NodeProto node = graph.getNode(0);
        int width = width(input);
        boolean classifier = node.getOpType().equals(CLASSIFIER);
        if (width < 1
                || !node.getDomain().equals("ai.onnx.ml")
                || !(classifier || node.getOpType().equals(REGRESSOR))
                || node.getInputCount() != 1
                || !node.getInput(0).equals(input.getName())) {
            return Optional.empty();
        }
        Map<String, Result> results = results(graph, node, classifier);
        Attributes attributes = new Attributes(node);
        if (results == null || !attributes.areOnly(KNOWN)) {
            return Optional.empty();
        }
        OnnxTrees trees = classifier
                ? classifier(input.getName(), width, attributes, results)
                : regressor(input.getName(), width, attributes, results);
        return Optional.ofNullable(trees);
    }

    /** Columns of a matrix of floats; -1 when it is none, or their number is open. */
    private static int width(ValueInfoProto input) {
        TensorShapeProto shape = input.getType().getTensorType().getShape();
        boolean matrix =
                input.getType().getTensorType().getElemType() == DataType.FLOAT_VALUE && shape.getDimCount() == 2;
        long width = matrix ? shape.getDim(1).getDimValue() : 0;
        return width > 0 && width <= 100_000 ? (int) width : -1;
    }

    /** What each output of the graph is; null when something else happens on the way. */
    private static @Nullable Map<String, Result> results(GraphProto graph, NodeProto ensemble, boolean classifier) {
        Map<String, Result> known = new HashMap<>();
        for (int i = 0; i < ensemble.getOutputCount(); i++) {
            known.put(ensemble.getOutput(i), classifier && i == 0 ? Result.LABELS : Result.SCORES);
        }
        for (NodeProto next : graph.getNodeList().subList(1, graph.getNodeCount())) {
            Result result = next.getInputCount() == 1 ? known.get(next.getInput(0)) : null;
            if (result == null || next.getOutputCount() != 1 || !changesNothing(next, result)) {
                return null;
            }
            known.put(next.getOutput(0), result);
        }
        Map<String, Result> results = new HashMap<>();
        for (ValueInfoProto output : graph.getOutputList()) {
            Result result = known.get(output.getName());
            if (result == null) {
                return null;
            }
            results.put(output.getName(), result);
        }
        return results;
    }

    private static boolean changesNothing(NodeProto node, Result result) {
        if (node.getOpType().equals("Identity")) {
            return true;
        }
        long to = new Attributes(node).whole("to", -1);
        return node.getOpType().equals("Cast")
                && (result == Result.SCORES ? to == DataType.FLOAT_VALUE : to == DataType.INT64_VALUE);
    }

    private static @Nullable OnnxTrees classifier(
            String input, int width, Attributes node, Map<String, Result> results) {
        List<String> texts = node.texts("classlabels_strings");
        List<?> labels = texts.isEmpty() ? node.wholes("classlabels_int64s") : texts;
        List<Float> base = node.numbers("base_values");
        boolean odds = node.text("post_transform", "NONE").equals("LOGISTIC");
        boolean plain = node.text("post_transform", "NONE").equals("NONE");
        Set<Long> ids = new TreeSet<>(node.wholes("class_ids"));
        boolean positive = node.numbers("class_weights").stream().allMatch(weight -> weight >= 0);
        Link link;
        int outputs;
        if (labels.size() == 2 && ids.size() == 1 && (plain ? positive && base.isEmpty() : odds && !positive)) {
            // Which of the two the one id names makes no difference to ONNX Runtime.
            link = plain ? Link.SHARE : Link.LOG_ODDS;
            outputs = 1;
        } else if (labels.size() > 2 && plain && positive && base.isEmpty()) {
            link = Link.VOTES;
            outputs = labels.size();
        } else {
            return null;
        }
        Layout layout = layout(node, "class", outputs, width);
        return layout == null || base.size() > 1
                ? null
                : new OnnxTrees(
                        input, width, layout, new Scoring(link, 1, base.isEmpty() ? 0 : base.get(0)), results, labels);
    }

    private static @Nullable OnnxTrees regressor(
            String input, int width, Attributes node, Map<String, Result> results) {
        List<Float> base = node.numbers("base_values");
        String aggregate = node.text("aggregate_function", "SUM");
        boolean average = aggregate.equals("AVERAGE");
        if (node.whole("n_targets", 1) != 1
                || base.size() > 1
                || !node.text("post_transform", "NONE").equals("NONE")
                || !(average || aggregate.equals("SUM"))) {
            return null;
        }
        Layout layout = layout(node, "target", 1, width);
        return layout == null
                ? null
                : new OnnxTrees(
                        input,
                        width,
                        layout,
                        new Scoring(
                                Link.NUMBER, average ? layout.trees().count() : 1, base.isEmpty() ? 0 : base.get(0)),
                        results,
                        List.of());
    }

    private static @Nullable Layout layout(Attributes node, String kind, int outputs, int width) {
        List<Long> trees = node.wholes(kind + "_treeids");
        List<Long> nodes = node.wholes(kind + "_nodeids");
        List<Long> ids = node.wholes(kind + "_ids");
        List<Float> weights = node.numbers(kind + "_weights");
        for (List<?> each : List.of(trees, nodes, ids)) {
            if (each.size() != weights.size()) {
                return null;
            }
        }
        Layout.Leaves leaves = new Layout.Leaves(outputs);
        for (int i = 0; i < weights.size(); i++) {
            long output = outputs == 1 ? 0 : ids.get(i);
            if (output < 0
                    || output >= outputs
                    || !Float.isFinite(weights.get(i))
                    || !leaves.add(trees.get(i), nodes.get(i), (int) output, weights.get(i))) {
                return null;
            }
        }
        return Layout.of(node, leaves, width);
    }
}
