package io.millrace.formats.savedmodel;

import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.tensor.ElementType;
import io.millrace.runtime.tensor.TensorGraph;
import io.millrace.runtime.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/**
 * The signature that serving calls: {@code serving_default}, or the only one.
 *
 * @param graph inputs and outputs by the names of the signature, in text order: a SavedModel has no order of its own
 * @param tensors the graph's name of each input and output
 */
record ServingSignature(TensorGraph graph, Map<String, String> tensors) {

    private static final String DEFAULT = "serving_default";
    private static final String INIT = "__saved_model_init_op";

    /** @throws ModelFormatException when there is none, or rows do not fit it */
    static ServingSignature of(MetaGraphDef meta) {
        Map<String, SignatureDef> all = new TreeMap<>(meta.getSignatureDefMap());
        all.keySet().removeIf(name -> name.startsWith("__saved_model"));
        SignatureDef chosen = all.getOrDefault(
                DEFAULT, all.size() == 1 ? all.values().iterator().next() : null);
        if (chosen == null) {
            throw new ModelFormatException("the SavedModel needs a signature " + DEFAULT + ", it has "
                    + (all.isEmpty() ? "none" : String.join(", ", all.keySet())));
        }
        Map<String, String> tensors = new TreeMap<>();
        List<TensorSpec> inputs = new ArrayList<>();
        new TreeMap<>(chosen.getInputsMap()).forEach((name, info) -> inputs.add(input(name, info)));
        List<TensorSpec> outputs = new ArrayList<>();
        new TreeMap<>(chosen.getOutputsMap()).forEach((name, info) -> {
            int rank = rank(info);
            if (rank == 1 || rank == 2) {
                outputs.add(spec(name, info, rank));
            }
        });
        if (inputs.isEmpty()) {
            throw new ModelFormatException("the SavedModel's signature has no inputs");
        }
        chosen.getInputsMap().forEach((name, info) -> tensors.put(name, info.getName()));
        chosen.getOutputsMap().forEach((name, info) -> {
            if (!chosen.containsInputs(name)) {
                tensors.put(name, info.getName());
            } else {
                throw new ModelFormatException("the SavedModel's signature has an input and an output " + name);
            }
        });
        return new ServingSignature(new TensorGraph(inputs, outputs), tensors);
    }

    private static TensorSpec input(String name, TensorInfo info) {
        int rank = rank(info);
        if (rank != 1 && rank != 2) {
            throw new ModelFormatException(
                    "input " + name + " must be a tensor of one or two dimensions, the first being"
                            + " the rows; it has " + (rank < 0 ? "an open number" : String.valueOf(rank)));
        }
        return spec(name, info, rank);
    }

    private static TensorSpec spec(String name, TensorInfo info, int rank) {
        TensorShapeProto shape = info.getTensorShape();
        long width = rank == 1 ? 1 : shape.getDim(1).getSize();
        int columns = width < 0 ? -1 : (int) Math.min(width, Integer.MAX_VALUE);
        return new TensorSpec(
                name, type(info.getDtype()), rank, columns, shape.getDim(0).getSize());
    }

    /** -1 when it is open, or when the tensor is no single dense one. */
    private static int rank(TensorInfo info) {
        boolean dense = info.getEncodingCase() == TensorInfo.EncodingCase.NAME;
        return !dense || !info.hasTensorShape() || info.getTensorShape().getUnknownRank()
                ? -1
                : info.getTensorShape().getDimCount();
    }

    private static ElementType type(DataType type) {
        return switch (type) {
            case DT_FLOAT -> ElementType.FLOAT;
            case DT_DOUBLE -> ElementType.DOUBLE;
            case DT_INT32 -> ElementType.INT32;
            case DT_INT64 -> ElementType.INT64;
            case DT_BOOL -> ElementType.BOOL;
            case DT_STRING -> ElementType.STRING;
            default -> ElementType.UNKNOWN;
        };
    }

    /** Everything that loading or a prediction runs, but for the restoring of variables. */
    Set<String> roots(MetaGraphDef meta) {
        Set<String> roots = new HashSet<>(tensors.values());
        // TensorFlow's Java binding runs this one as well.
        roots.add("Init");
        meta.getSignatureDefOrDefault(INIT, SignatureDef.getDefaultInstance())
                .getOutputsMap()
                .values()
                .forEach(info -> roots.add(info.getName()));
        meta.getCollectionDefMap().forEach((name, collection) -> {
            if (name.contains("init") || name.contains("main_op")) {
                roots.addAll(nodes(collection));
            }
        });
        return roots;
    }

    private static List<String> nodes(CollectionDef collection) {
        return collection.getNodeList().getValueList();
    }
}
