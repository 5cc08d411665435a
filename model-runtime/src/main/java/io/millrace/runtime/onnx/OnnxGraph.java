package io.millrace.runtime.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.tensor.ElementType;
import io.millrace.runtime.tensor.TensorGraph;
import io.millrace.runtime.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Inputs and outputs of a graph as ONNX Runtime reports them. */
final class OnnxGraph {

    private OnnxGraph() {}

    static TensorGraph of(OrtSession session) throws OrtException {
        List<TensorSpec> inputs = tensors(session.getInputInfo().values());
        if (inputs.isEmpty() || inputs.size() != session.getNumInputs()) {
            throw new ModelFormatException(
                    "every input must be a tensor of one or two dimensions, the first being the rows; this graph has"
                            + " others");
        }
        return new TensorGraph(inputs, tensors(session.getOutputInfo().values()));
    }

    private static List<TensorSpec> tensors(Collection<NodeInfo> nodes) {
        List<TensorSpec> tensors = new ArrayList<>();
        for (NodeInfo node : nodes) {
            if (node.getInfo() instanceof TensorInfo info) {
                long[] shape = info.getShape();
                if (shape.length == 1 || shape.length == 2) {
                    long width = shape.length == 1 ? 1 : shape[1];
                    tensors.add(new TensorSpec(
                            node.getName(),
                            ElementType.valueOf(info.type.name()),
                            shape.length,
                            width < 0 ? -1 : Math.toIntExact(width),
                            shape[0]));
                }
            }
        }
        return tensors;
    }
}
