package io.millrace.runtime.external;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.OutputType;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.Task;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the server says about its model, and the signature made of it: a column for each tensor of one number a row, {@code
 * name[i]} for each column of a matrix.
 */
record Metadata(List<Tensor> inputs, Signature signature) {

    private static final int MAX_COLUMNS = 10_000;

    /**
     * An input tensor.
     *
     * @param flat whether its shape is the rows alone
     * @param columns the columns of the signature that fill a row of it
     */
    record Tensor(String name, String datatype, boolean flat, List<String> columns) {}

    static Metadata of(JsonNode metadata, @Nullable List<String> names) {
        try {
            return read(metadata, names);
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException("the server's metadata makes no signature: " + e.getMessage(), e);
        }
    }

    private static Metadata read(JsonNode metadata, @Nullable List<String> names) {
        List<Tensor> tensors = new ArrayList<>();
        List<Column> columns = new ArrayList<>();
        for (JsonNode input : metadata.path("inputs")) {
            String name = input.path("name").asText();
            String datatype = input.path("datatype").asText();
            int width = width(input, name);
            List<String> own = new ArrayList<>();
            for (int i = 0; i < width; i++) {
                own.add(width == 1 ? name : name + "[" + i + "]");
            }
            if (names != null) {
                if (metadata.path("inputs").size() != 1 || names.size() != width) {
                    throw new ModelFormatException("external.json names " + names.size()
                            + " columns, the server's model does not read one" + " matrix of so many");
                }
                own = names;
            }
            tensors.add(new Tensor(name, datatype, input.path("shape").size() == 1, List.copyOf(own)));
            own.forEach(column -> columns.add(Column.required(column, type(datatype))));
            if (columns.size() > MAX_COLUMNS) {
                throw new ModelFormatException("the server's model reads more than " + MAX_COLUMNS + " columns");
            }
        }
        List<Output> outputs = new ArrayList<>();
        for (JsonNode output : metadata.path("outputs")) {
            String name = output.path("name").asText();
            outputs.add(new Output(name, outputType(output.path("datatype").asText()), width(output, name)));
        }
        if (columns.isEmpty() || outputs.isEmpty()) {
            throw new ModelFormatException("the server does not tell the inputs and outputs of its model");
        }
        return new Metadata(List.copyOf(tensors), new Signature(Task.GENERIC, columns, outputs, List.of()));
    }

    /** Numbers in a row: the first dimension is the rows. */
    private static int width(JsonNode tensor, String name) {
        JsonNode shape = tensor.path("shape");
        long width = shape.size() == 1 ? 1 : shape.path(1).asLong(-1);
        if (shape.size() < 1 || shape.size() > 2 || width < 1 || width > MAX_COLUMNS) {
            throw new ModelFormatException("tensor " + name + " of the server's model has the shape " + shape
                    + ", not rows or rows by a number of columns");
        }
        return (int) width;
    }

    private static ColumnType type(String datatype) {
        return switch (datatype) {
            case "FP16", "FP32", "FP64" -> ColumnType.FLOAT64;
            case "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64" -> ColumnType.INT64;
            case "BOOL" -> ColumnType.BOOL;
            case "BYTES" -> ColumnType.STRING;
            default -> throw new ModelFormatException("the server's model reads the unknown datatype " + datatype);
        };
    }

    private static OutputType outputType(String datatype) {
        return switch (datatype) {
            case "FP16", "FP32" -> OutputType.FLOAT32;
            case "FP64" -> OutputType.FLOAT64;
            case "BYTES" -> OutputType.STRING;
            default -> {
                type(datatype);
                yield OutputType.INT64;
            }
        };
    }
}
