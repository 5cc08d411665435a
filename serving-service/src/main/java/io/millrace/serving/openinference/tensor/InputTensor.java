package io.millrace.serving.openinference.tensor;

import io.millrace.common.error.PlatformException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tensor as sent.
 *
 * @param rows first dimension
 * @param columns elements of a row: the other dimensions multiplied
 * @param data row-major, {@code rows * columns} elements
 */
public record InputTensor(String name, Datatype datatype, int rows, int columns, List<@Nullable Object> data) {

    private static final int MAX_RANK = 8;

    /** @param binary what follows the JSON; each tensor takes its part */
    static InputTensor read(@Nullable Object given, int index, BinaryPart binary) {
        if (!(given instanceof Map<?, ?> tensor)) {
            throw bad("inputs[" + index + "] must be an object");
        }
        if (!(tensor.get("name") instanceof String name) || name.isEmpty()) {
            throw bad("inputs[" + index + "] needs a name");
        }
        String place = place(name);
        Datatype datatype = datatype(tensor.get("datatype"), place);
        int[] shape = shape(tensor.get("shape"), place);
        long expected = (long) shape[0] * shape[1];
        Object size =
                tensor.get("parameters") instanceof Map<?, ?> parameters ? parameters.get("binary_data_size") : null;
        if (size != null) {
            if (tensor.get("data") != null) {
                throw bad(place + "has both data and binary_data_size");
            }
            if (!(size instanceof Integer length) || length < 0) {
                throw bad(place + "binary_data_size must be a number of bytes, got " + shown(size));
            }
            return new InputTensor(name, datatype, shape[0], shape[1], binary.take(datatype, expected, length, place));
        }
        if (!(tensor.get("data") instanceof List<?> data)) {
            throw bad(place + "needs data, a list");
        }
        if (!datatype.hasJson()) {
            throw bad(place + datatype + " has no JSON form, send it as binary data, or FP32");
        }
        List<@Nullable Object> flat = new ArrayList<>(data.size());
        flatten(data, 0, flat, place);
        return of(name, datatype, shape, flat);
    }

    /** A tensor whose elements are known to a client's library. */
    public static InputTensor of(String name, Datatype datatype, int[] shape, List<@Nullable Object> flat) {
        String place = place(name);
        int columns = shape[1];
        if (flat.size() != (long) shape[0] * columns) {
            throw bad(place + "shape asks for " + (long) shape[0] * columns + " elements, data has " + flat.size());
        }
        for (int i = 0; i < flat.size(); i++) {
            Object value = flat.get(i);
            if (value instanceof Double number && number.isNaN()) {
                // Some clients write the token NaN where others write null.
                flat.set(i, null);
            } else if (!datatype.holds(value)) {
                throw bad(place + "row " + (columns == 0 ? 0 : i / columns) + ": expected " + expected(datatype)
                        + ", got " + shown(value));
            }
        }
        return new InputTensor(name, datatype, shape[0], columns, flat);
    }

    public static String place(String name) {
        return "input '" + (name.length() > 100 ? name.substring(0, 100) : name) + "': ";
    }

    public static Datatype datatype(@Nullable Object given, String place) {
        if (given instanceof String text) {
            return Datatype.find(text).orElseThrow(() -> bad(place + "unknown datatype " + shown(text)));
        }
        throw bad(place + "needs a datatype such as FP64, INT64, BOOL or BYTES");
    }

    /** Rows and elements of a row. */
    public static int[] shape(@Nullable Object given, String place) {
        if (!(given instanceof List<?> dimensions) || dimensions.isEmpty() || dimensions.size() > MAX_RANK) {
            throw bad(place + "needs a shape, a list of 1 to " + MAX_RANK + " sizes");
        }
        long columns = 1;
        int rows = 0;
        for (int i = 0; i < dimensions.size(); i++) {
            Object dimension = dimensions.get(i);
            long size =
                    dimension instanceof Integer || dimension instanceof Long ? ((Number) dimension).longValue() : -1;
            if (size < 0 || size > Integer.MAX_VALUE) {
                throw bad(place + "shape must hold whole numbers from 0 to 2147483647, got " + shown(dimension));
            }
            rows = i == 0 ? (int) size : rows;
            columns = i == 0 ? columns : columns * size;
            if (columns > Integer.MAX_VALUE) {
                throw bad(place + "shape is too large");
            }
        }
        return new int[] {rows, (int) columns};
    }

    private static void flatten(List<?> data, int depth, List<@Nullable Object> flat, String place) {
        if (depth >= MAX_RANK) {
            throw bad(place + "data is nested too deep");
        }
        for (Object element : data) {
            if (element instanceof List<?> inner) {
                flatten(inner, depth + 1, flat, place);
            } else {
                flat.add(element);
            }
        }
    }

    private static String expected(Datatype datatype) {
        return switch (datatype.kind()) {
            case BOOL -> "true or false for " + datatype;
            case WHOLE -> "a whole number in the range of " + datatype;
            case REAL -> "a number for " + datatype;
            case TEXT -> "a text for " + datatype;
        };
    }

    private static String shown(@Nullable Object value) {
        String text = value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
        return text.length() > 40 ? text.substring(0, 40) + "..." : text;
    }

    private static PlatformException bad(String message) {
        return PlatformException.invalid("", message);
    }
}
