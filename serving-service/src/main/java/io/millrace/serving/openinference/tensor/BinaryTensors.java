package io.millrace.serving.openinference.tensor;

import io.millrace.serving.inference.InferenceInputs;
import io.millrace.serving.openinference.tensor.FlatTensors.FlatTensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads tensors that are all in binary form. Any that are not, or are wrong, are left to the thorough reading. */
public final class BinaryTensors {

    private BinaryTensors() {}

    /** The tensors that the JSON part lists. */
    public static InferenceInputs read(@Nullable Object inputs, BinaryPart binary) {
        ByteBuffer bytes = binary.rest();
        FlatTensors quick = bytes == null || !(inputs instanceof List<?> list) ? null : quick(list, bytes);
        return quick == null ? TensorInputs.read(inputs, binary) : quick;
    }

    private static @Nullable FlatTensors quick(List<?> inputs, ByteBuffer bytes) {
        ByteBuffer all = bytes.slice();
        List<FlatTensor> tensors = new ArrayList<>(inputs.size());
        for (Object input : inputs) {
            FlatTensor tensor = input instanceof Map<?, ?> given ? tensor(given, bytes) : null;
            if (tensor == null) {
                return null;
            }
            tensors.add(tensor);
        }
        return bytes.hasRemaining() ? null : of(tensors, () -> TensorInputs.read(inputs, BinaryPart.of(all)));
    }

    private static @Nullable FlatTensor tensor(Map<?, ?> given, ByteBuffer bytes) {
        Object size =
                given.get("parameters") instanceof Map<?, ?> parameters ? parameters.get("binary_data_size") : null;
        if (!(given.get("name") instanceof String name)
                || !(size instanceof Integer length)
                || length < 0
                || length > bytes.remaining()
                || given.get("data") != null) {
            return null;
        }
        ByteBuffer own = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        return tensor(name, given.get("datatype"), given.get("shape"), own);
    }

    /**
     * A tensor of all the bytes.
     *
     * @return null when there is anything wrong with it
     */
    public static @Nullable FlatTensor tensor(
            String name, @Nullable Object datatype, @Nullable Object shape, ByteBuffer bytes) {
        Optional<Datatype> type = datatype instanceof String text ? Datatype.find(text) : Optional.empty();
        int[] sizes = sizes(shape);
        if (name.isEmpty() || type.isEmpty() || sizes == null) {
            return null;
        }
        Datatype found = type.get();
        long elements = (long) sizes[0] * sizes[1];
        if (found == Datatype.BYTES) {
            String place = InputTensor.place(name);
            return new FlatTensor(
                    name,
                    found,
                    sizes[0],
                    sizes[1],
                    new TextElements(BinaryPart.of(bytes).take(found, elements, bytes.remaining(), place)),
                    0);
        }
        if (elements * found.bytes() != bytes.remaining() || (found == Datatype.BOOL && !flags(bytes))) {
            return null;
        }
        return new FlatTensor(name, found, sizes[0], sizes[1], new BinaryElements(found, bytes), 0);
    }

    private static boolean flags(ByteBuffer bytes) {
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            if (bytes.get(i) != 0 && bytes.get(i) != 1) {
                return false;
            }
        }
        return true;
    }

    /** Rows and columns, both at least 1, of one or two sizes. */
    private static int @Nullable [] sizes(@Nullable Object shape) {
        if (!(shape instanceof List<?> list) || list.isEmpty() || list.size() > 2) {
            return null;
        }
        int[] sizes = {1, 1};
        for (int i = 0; i < list.size(); i++) {
            Object size = list.get(i);
            long value = size instanceof Integer || size instanceof Long ? ((Number) size).longValue() : 0;
            if (value < 1 || value > Integer.MAX_VALUE / 16) {
                return null;
            }
            sizes[i] = (int) value;
        }
        return sizes;
    }

    /**
     * Inputs of such tensors.
     *
     * @param thorough the same tensors as objects
     * @return null when they do not go together
     */
    public static @Nullable FlatTensors of(List<FlatTensor> tensors, Supplier<InferenceInputs> thorough) {
        Set<String> names = new HashSet<>();
        return !tensors.isEmpty() && tensors.stream().allMatch(tensor -> names.add(tensor.name()))
                ? FlatTensors.of(tensors, thorough)
                : null;
    }
}
