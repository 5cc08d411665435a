package io.millrace.runtime.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.millrace.runtime.feature.FittedFeatures;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.tree.FlatTrees;
import io.millrace.runtime.tribuo.DenseModel;
import io.millrace.runtime.tribuo.LinearModel;
import io.millrace.runtime.tribuo.ModelCompiler;
import io.millrace.runtime.tribuo.TreeEnsemble;
import org.tribuo.Model;

/**
 * Writes a trained model as an ONNX graph: input {@code features} (float, N by width, in the order of
 * {@link FittedFeatures#names}), output {@code probabilities} (N by classes, in the signature's order) or
 * {@code prediction} (N by 1, in the model's unit). Tribuo itself exports linear models only, and in the order of its own
 * class ids.
 */
public final class OnnxExport {

    static final String INPUT = "features";
    static final String PROBABILITIES = "probabilities";
    static final String PREDICTION = "prediction";

    private static final String SCORES = "scores";
    private static final long OPSET = 13;
    private static final long ML_OPSET = 3;

    private OnnxExport() {}

    /** @throws ModelFormatException when the model is of a kind that cannot be exported */
    public static byte[] export(Model<?> tribuo, Signature signature, FittedFeatures features) {
        DenseModel dense = ModelCompiler.compile(tribuo, features.names(), signature)
                .orElseThrow(() -> new ModelFormatException(
                        "a model of " + tribuo.getClass().getSimpleName()
                                + " cannot be exported to ONNX; save it in the Tribuo format"));
        return export(dense, signature);
    }

    static byte[] export(DenseModel dense, Signature signature) {
        String output = signature.classes().isEmpty() ? PREDICTION : PROBABILITIES;
        boolean softmax = dense instanceof LinearModel linear ? linear.softmax() : ((TreeEnsemble) dense).softmax();
        String scores = softmax ? SCORES : output;
        GraphProto.Builder graph = GraphProto.newBuilder()
                .setName("millrace")
                .addInput(matrix(INPUT, dense.width()))
                .addOutput(matrix(output, dense.outputs()));
        if (dense instanceof LinearModel linear) {
            graph.addInitializer(floats("weights", linear.weights(), linear.outputs(), linear.width()))
                    .addInitializer(floats("bias", linear.bias(), linear.outputs()))
                    .addNode(node("Gemm", scores, INPUT, "weights", "bias").addAttribute(integer("transB", 1)));
        } else {
            graph.addNode(trees((TreeEnsemble) dense, scores));
        }
        if (softmax) {
            graph.addNode(node("Softmax", output, SCORES).addAttribute(integer("axis", 1)));
        }
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .setProducerName("millrace")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain("ai.onnx.ml").setVersion(ML_OPSET))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    /**
     * A regressor with one target for each class, also for classifiers: the runtime's tree classifier guesses the shape of a
     * binary problem from the classes its leaves touch, and gives (-x, x) when that is only one.
     */
    private static NodeProto.Builder trees(TreeEnsemble model, String output) {
        AttributeProto.Builder treeIds = ints("nodes_treeids");
        AttributeProto.Builder nodeIds = ints("nodes_nodeids");
        AttributeProto.Builder features = ints("nodes_featureids");
        AttributeProto.Builder modes = attribute("nodes_modes", AttributeProto.AttributeType.STRINGS);
        AttributeProto.Builder thresholds = attribute("nodes_values", AttributeProto.AttributeType.FLOATS);
        AttributeProto.Builder yes = ints("nodes_truenodeids");
        AttributeProto.Builder no = ints("nodes_falsenodeids");
        AttributeProto.Builder leafTrees = ints("target_treeids");
        AttributeProto.Builder leafNodes = ints("target_nodeids");
        AttributeProto.Builder leafTargets = ints("target_ids");
        AttributeProto.Builder leafWeights = attribute("target_weights", AttributeProto.AttributeType.FLOATS);
        com.google.protobuf.ByteString split = com.google.protobuf.ByteString.copyFromUtf8("BRANCH_LEQ");
        com.google.protobuf.ByteString leaf = com.google.protobuf.ByteString.copyFromUtf8("LEAF");
        FlatTrees trees = model.forest().trees();
        for (int tree = 0; tree < trees.count(); tree++) {
            int first = trees.root(tree);
            int end = tree + 1 < trees.count() ? trees.root(tree + 1) : trees.nodes();
            for (int node = first; node < end; node++) {
                boolean isLeaf = trees.column(node) < 0;
                treeIds.addInts(tree);
                nodeIds.addInts(node - first);
                features.addInts(isLeaf ? 0 : trees.column(node));
                modes.addStrings(isLeaf ? leaf : split);
                // The highest number that is rounded to below a threshold of XGBoost is itself rounded to the float
                // below it.
                thresholds.addFloats(isLeaf ? 0 : (float) trees.threshold(node));
                yes.addInts(isLeaf ? 0 : trees.left(node) - first);
                no.addInts(isLeaf ? 0 : trees.left(node) + 1 - first);
                if (isLeaf) {
                    for (int k = 0; k < model.outputs(); k++) {
                        leafTrees.addInts(tree);
                        leafNodes.addInts(node - first);
                        leafTargets.addInts(k);
                        leafWeights.addFloats((float) model.forest().value(tree, node, k));
                    }
                }
            }
        }
        AttributeProto.Builder base = attribute("base_values", AttributeProto.AttributeType.FLOATS);
        for (double value : model.base()) {
            base.addFloats((float) value);
        }
        return node("TreeEnsembleRegressor", output, INPUT)
                .setDomain("ai.onnx.ml")
                .addAttribute(integer("n_targets", model.outputs()))
                .addAttribute(treeIds)
                .addAttribute(nodeIds)
                .addAttribute(features)
                .addAttribute(modes)
                .addAttribute(thresholds)
                .addAttribute(yes)
                .addAttribute(no)
                .addAttribute(leafTrees)
                .addAttribute(leafNodes)
                .addAttribute(leafTargets)
                .addAttribute(leafWeights)
                .addAttribute(base);
    }

    private static NodeProto.Builder node(String operator, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .setName(operator)
                .addAllInput(java.util.List.of(inputs))
                .addOutput(output);
    }

    private static AttributeProto.Builder attribute(String name, AttributeProto.AttributeType type) {
        return AttributeProto.newBuilder().setName(name).setType(type);
    }

    private static AttributeProto.Builder ints(String name) {
        return attribute(name, AttributeProto.AttributeType.INTS);
    }

    private static AttributeProto.Builder integer(String name, long value) {
        return attribute(name, AttributeProto.AttributeType.INT).setI(value);
    }

    private static TensorProto floats(String name, double[] values, long... shape) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT.getNumber());
        for (long dimension : shape) {
            tensor.addDims(dimension);
        }
        for (double value : values) {
            tensor.addFloatData((float) value);
        }
        return tensor.build();
    }

    private static ValueInfoProto matrix(String name, int width) {
        TensorShapeProto shape = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("batch"))
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(width))
                .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                                .setShape(shape)))
                .build();
    }
}
