package io.millrace.runtime.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.runtime.spi.ModelFormatException;
import java.util.List;

/** Looks at the content of a model file before ONNX Runtime does. */
final class OnnxContent {

    private OnnxContent() {}

    /** Weights in other files would let an uploaded model read any file of the process; nothing we serve needs them. */
    static void refuseExternalData(byte[] model) {
        try {
            ModelProto parsed = ModelProto.parseFrom(model);
            if (!parsed.hasGraph() || parsed.getGraph().getOutputCount() == 0) {
                throw new ModelFormatException("the ONNX file holds no graph");
            }
            check(parsed.getGraph());
            parsed.getFunctionsList().forEach(function -> nodes(function.getNodeList()));
        } catch (InvalidProtocolBufferException e) {
            throw new ModelFormatException("the ONNX file is corrupted: " + e.getMessage(), e);
        }
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
