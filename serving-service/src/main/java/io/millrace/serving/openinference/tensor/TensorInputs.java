package io.millrace.serving.openinference.tensor;

import io.millrace.common.error.PlatformException;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.SignatureException;
import io.millrace.serving.inference.MapInputs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rows as tensors, in any of the forms that clients send: a tensor for each column, one tensor with all columns in the
 * order of the signature, or a tensor {@code x} for the columns {@code x[0]}, {@code x[1]}, ...
 */
public record TensorInputs(List<InputTensor> tensors) implements MapInputs {

    public static TensorInputs read(@Nullable Object inputs, BinaryPart binary) {
        if (!(inputs instanceof List<?> list) || list.isEmpty()) {
            throw PlatformException.invalid("", "inputs must be a list of tensors that is not empty");
        }
        List<InputTensor> tensors = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            tensors.add(InputTensor.read(list.get(i), i, binary));
        }
        binary.end();
        return of(tensors);
    }

    /** Tensors with names of their own and the same number of rows. */
    public static TensorInputs of(List<InputTensor> tensors) {
        Set<String> names = new HashSet<>();
        InputTensor first = tensors.get(0);
        for (InputTensor tensor : tensors) {
            if (!names.add(tensor.name())) {
                throw PlatformException.invalid("", "two inputs are named '" + tensor.name() + "'");
            }
            if (tensor.rows() != first.rows()) {
                throw PlatformException.invalid(
                        "",
                        "input '" + tensor.name() + "' has " + tensor.rows() + " rows, input '" + first.name()
                                + "' has " + first.rows());
            }
        }
        return new TensorInputs(List.copyOf(tensors));
    }

    @Override
    public int size() {
        return tensors.get(0).rows();
    }

    @Override
    public @Nullable String key(String column) {
        for (InputTensor tensor : tensors) {
            if (tensor.name().equals(column) && tensor.columns() == 1) {
                Object first = tensor.data().get(0);
                for (Object value : tensor.data()) {
                    if (!Objects.equals(first, value)) {
                        throw PlatformException.invalid(
                                "",
                                "input '" + column + "' has different values; the endpoint is sticky by it and a "
                                        + "request is answered by one arm: send a request for each value");
                    }
                }
                return first == null ? null : first.toString();
            }
        }
        return null;
    }

    @Override
    public List<Map<String, @Nullable Object>> rows(Signature signature) {
        Map<String, Source> sources = sources(signature);
        List<Map<String, @Nullable Object>> rows = new ArrayList<>(size());
        for (int row = 0; row < size(); row++) {
            Map<String, @Nullable Object> values = new HashMap<>();
            for (Map.Entry<String, Source> source : sources.entrySet()) {
                values.put(source.getKey(), source.getValue().value(row));
            }
            rows.add(values);
        }
        return rows;
    }

    /** Where the values of a column are. */
    private record Source(InputTensor tensor, int offset) {
        @Nullable
        Object value(int row) {
            return tensor.data().get(row * tensor.columns() + offset);
        }
    }

    private Map<String, Source> sources(Signature signature) {
        Map<String, Column> columns = new LinkedHashMap<>();
        signature.inputs().forEach(column -> columns.put(column.name(), column));
        Map<String, Source> sources = new LinkedHashMap<>();
        for (InputTensor tensor : tensors) {
            Column column = columns.get(tensor.name());
            if (column != null && tensor.columns() == 1) {
                add(sources, column, tensor, 0);
            } else if (columns.containsKey(tensor.name() + "[0]")) {
                vector(sources, columns, tensor);
            } else if (tensors.size() == 1 && column == null && tensor.columns() == columns.size()) {
                int offset = 0;
                for (Column each : signature.inputs()) {
                    add(sources, each, tensor, offset++);
                }
            } else if (tensor.columns() == 1) {
                // Not of this model: the sticky key, another arm's column, or a mistake, which the check finds.
                sources.put(tensor.name(), new Source(tensor, 0));
            } else {
                throw new SignatureException(
                        tensor.name(),
                        null,
                        "has " + tensor.columns() + " values for each row; send " + columns.size()
                                + " in the order of the model's inputs, or an input for each column");
            }
        }
        return sources;
    }

    private static void vector(Map<String, Source> sources, Map<String, Column> columns, InputTensor tensor) {
        for (int offset = 0; offset < tensor.columns(); offset++) {
            Column column = columns.get(tensor.name() + "[" + offset + "]");
            if (column == null) {
                throw new SignatureException(
                        tensor.name(), null, "has " + tensor.columns() + " values for each row, expected " + offset);
            }
            add(sources, column, tensor, offset);
        }
    }

    private static void add(Map<String, Source> sources, Column column, InputTensor tensor, int offset) {
        if (!tensor.datatype().fits(column.type())) {
            throw new SignatureException(
                    column.name(),
                    null,
                    "expected datatype " + Datatype.of(column.type()) + ", got " + tensor.datatype());
        }
        sources.put(column.name(), new Source(tensor, offset));
    }

    @Override
    public PlatformException refused(SignatureException complaint) {
        return PlatformException.invalid("", String.valueOf(complaint.getMessage()));
    }
}
