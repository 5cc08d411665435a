package io.millrace.runtime.onnx.trees;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The attributes of a node by name. An absent one is as an empty one. */
final class Attributes {

    private final Map<String, AttributeProto> byName = new HashMap<>();

    Attributes(NodeProto node) {
        node.getAttributeList().forEach(attribute -> byName.put(attribute.getName(), attribute));
    }

    /** Whether there is none beside these. */
    boolean areOnly(Set<String> known) {
        return known.containsAll(byName.keySet());
    }

    private AttributeProto get(String name) {
        return byName.getOrDefault(name, AttributeProto.getDefaultInstance());
    }

    long whole(String name, long absent) {
        return byName.containsKey(name) ? get(name).getI() : absent;
    }

    List<Long> wholes(String name) {
        return get(name).getIntsList();
    }

    List<Float> numbers(String name) {
        return get(name).getFloatsList();
    }

    List<String> texts(String name) {
        return get(name).getStringsList().stream().map(ByteString::toStringUtf8).toList();
    }

    String text(String name, String absent) {
        return byName.containsKey(name) ? get(name).getS().toStringUtf8() : absent;
    }
}
