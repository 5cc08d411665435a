package io.millrace.runtime.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.runtime.onnx.trees.OnnxTrees;
import io.millrace.runtime.onnx.trees.TreeGraphs;
import io.millrace.runtime.spi.ModelFormatException;
import java.util.List;
import java.util.Optional;

/** Looks at the content of a model file before ONNX Runtime does. */
final class OnnxContent {

    private OnnxContent() {}

    /**
     * A model that may be run.
     *
     * @param bytes what ONNX Runtime is to run
     * @param gaps whether the graph does something about a missing number, which is a NaN
     * @param trees the ensemble that the graph is, if it is one
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Checked(byte[] bytes, boolean gaps, Optional<OnnxTrees> trees) {}

    /**
     * Weights in other files would let an uploaded model read any file of the process: nothing we serve needs them, so they are
     * refused.
     */
    static Checked check(byte[] model) {
        try {
            ModelProto parsed = ModelProto.parseFrom(model);
            if (!parsed.hasGraph() || parsed.getGraph().getOutputCount() == 0) {
                throw new ModelFormatException("the ONNX file holds no graph");
            }
            check(parsed.getGraph());
            parsed.getFunctionsList().forEach(function -> nodes(function.getNodeList()));
            ModelProto tables = ZipMaps.asTables(parsed);
            boolean gaps = parsed.getGraph().getNodeList().stream().anyMatch(OnnxContent::gaps);
            return new Checked(tables == parsed ? model : tables.toByteArray(), gaps, TreeGraphs.find(tables));
        } catch (InvalidProtocolBufferException e) {
            throw new ModelFormatException("the ONNX file is corrupted: " + e.getMessage(), e);
        }
    }

    /** An imputer, a test for NaN, or trees that send a missing value their own way. */
    private static boolean gaps(NodeProto node) {
        return switch (node.getOpType()) {
            case "Imputer", "IsNaN" -> true;
            case "TreeEnsembleClassifier", "TreeEnsembleRegressor" ->
                node.getAttributeList().stream()
                        .filter(attribute -> attribute.getName().equals("nodes_missing_value_tracks_true"))
                        .anyMatch(attribute -> attribute.getIntsList().contains(1L));
            default -> false;
        };
    }

    private static void check(GraphProto graph) {
        graph.getInitializerList().forEach(OnnxContent::check);
        graph.getSparseInitializerList().forEach(sparse -> {
            check(sparse.getValues());
            check(sparse.getIndices());
        });
        nodes(graph.getNodeList());
    }

    private static void nodes(List<NodeProto> nodes) {
        for (NodeProto node : nodes) {
            for (AttributeProto attribute : node.getAttributeList()) {
                check(attribute.getT());
                attribute.getTensorsList().forEach(OnnxContent::check);
                check(attribute.getSparseTensor().getValues());
                if (attribute.hasG()) {
                    check(attribute.getG());
                }
                attribute.getGraphsList().forEach(OnnxContent::check);
            }
        }
    }

    private static void check(TensorProto tensor) {
        if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL || tensor.getExternalDataCount() > 0) {
            throw new ModelFormatException(
                    "the ONNX file keeps weights in another file, which is not allowed: " + tensor.getName());
        }
    }
}
