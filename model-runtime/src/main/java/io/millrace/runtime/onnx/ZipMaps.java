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
import java.util.HashMap;
import java.util.Map;

/**
 * Exports of classifiers often end in a list of maps from class to probability, one for each row. The numbers stand in a
 * matrix before, a column for each class in their order; the output, under its name, becomes that matrix.
 */
final class ZipMaps {

    private static final String OPERATOR = "ZipMap";
    private static final int OPSET = 13;

    private ZipMaps() {}

    /** The model itself when it has none. */
    static ModelProto asTables(ModelProto model) {
        GraphProto.Builder graph = model.getGraph().toBuilder();
        Map<String, Integer> widths = new HashMap<>();
        for (int i = 0; i < graph.getNodeCount(); i++) {
            NodeProto node = graph.getNode(i);
            int classes = node.getOpType().equals(OPERATOR) ? classes(node) : 0;
            if (classes > 0 && node.getInputCount() == 1 && node.getOutputCount() == 1) {
                widths.put(node.getOutput(0), classes);
                graph.setNode(
                        i,
                        NodeProto.newBuilder()
                                .setName(node.getName())
                                .setOpType("Identity")
                                .addInput(node.getInput(0))
                                .addOutput(node.getOutput(0)));
            }
        }
        if (widths.isEmpty()) {
            return model;
        }
        for (int i = 0; i < graph.getOutputCount(); i++) {
            ValueInfoProto output = graph.getOutput(i);
            Integer width = widths.get(output.getName());
            if (width != null) {
                graph.setOutput(i, output.toBuilder().setType(table(width)));
            }
        }
        ModelProto.Builder changed = model.toBuilder().setGraph(graph);
        if (model.getOpsetImportList().stream().noneMatch(set -> set.getDomain().isEmpty())) {
            changed.addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET));
        }
        return changed.build();
    }

    private static int classes(NodeProto node) {
        int classes = 0;
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.getName().equals("classlabels_int64s")) {
                classes = Math.max(classes, attribute.getIntsCount());
            } else if (attribute.getName().equals("classlabels_strings")) {
                classes = Math.max(classes, attribute.getStringsCount());
            }
        }
        return classes;
    }

    private static TypeProto table(int width) {
        return TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT_VALUE)
                        .setShape(TensorShapeProto.newBuilder()
                                .addDim(TensorShapeProto.Dimension.getDefaultInstance())
                                .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(width))))
                .build();
    }
}
