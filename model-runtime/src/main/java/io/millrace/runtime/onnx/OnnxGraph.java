package io.millrace.runtime.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.millrace.runtime.feature.FittedFeatures;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.OutputType;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.Task;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Inputs and outputs of a graph as ONNX Runtime reports them, and how rows and predictions fit them. */
final class OnnxGraph {

    /** Wider inputs are images or embeddings, not columns of a table. */
    private static final int MAX_COLUMNS = 10_000;

    /** @param width columns of a matrix, -1 when the graph leaves it open; 1 for rank 1 */
    private record Tensor(String name, OnnxJavaType type, int rank, int width, long batch) {}

    private final List<Tensor> inputs;
    private final List<Tensor> outputs;

    private OnnxGraph(List<Tensor> inputs, List<Tensor> outputs) {
        this.inputs = inputs;
        this.outputs = outputs;
    }

    static OnnxGraph of(OrtSession session) throws OrtException {
        List<Tensor> inputs = tensors(session.getInputInfo().values());
        if (inputs.isEmpty() || inputs.size() != session.getNumInputs()) {
            throw new ModelFormatException(
                    "every input must be a tensor of one or two dimensions, the first being the rows; this graph has"
                            + " others");
        }
        for (Tensor input : inputs) {
            if (input.batch() > 1) {
                throw new ModelFormatException(
                        "input " + input.name() + " is fixed to batches of " + input.batch() + " rows");
            }
        }
        return new OnnxGraph(inputs, tensors(session.getOutputInfo().values()));
    }

    private static List<Tensor> tensors(Collection<NodeInfo> nodes) {
        List<Tensor> tensors = new ArrayList<>();
        for (NodeInfo node : nodes) {
            if (node.getInfo() instanceof TensorInfo info) {
                long[] shape = info.getShape();
                if (shape.length == 1 || shape.length == 2) {
                    long width = shape.length == 1 ? 1 : shape[1];
                    tensors.add(new Tensor(
                            node.getName(),
                            info.type,
                            shape.length,
                            width < 0 ? -1 : Math.toIntExact(width),
                            shape[0]));
                }
            }
        }
        return tensors;
    }

    /**
     * The signature of a graph that comes without one.
     *
     * @param declared the columns, when someone else knows them; otherwise empty
     * @param gaps whether the graph knows missing numbers
     */
    Signature discover(List<Column> declared, boolean gaps) {
        List<Column> columns = declared.isEmpty() ? columns(gaps) : declared;
        List<Output> found = outputs.stream()
                .filter(output -> output.width() > 0 && output.type() != OnnxJavaType.UNKNOWN)
                .map(output -> new Output(output.name(), outputType(output), output.width()))
                .toList();
        if (found.isEmpty()) {
            throw new ModelFormatException("the graph has no output that is a table of known width");
        }
        return new Signature(Task.GENERIC, columns, found, List.of());
    }

    /** A column for each scalar, {@code name[i]} for each matrix column. */
    private List<Column> columns(boolean gaps) {
        List<Column> columns = new ArrayList<>();
        for (Tensor input : inputs) {
            if (input.width() < 1 || columns.size() + input.width() > MAX_COLUMNS) {
                throw new ModelFormatException("input " + input.name() + " has "
                        + (input.width() < 0 ? "an open number" : "too large a number")
                        + " of columns: add a model.json with a signature");
            }
            for (String name : columnNames(input)) {
                ColumnType type = columnType(input);
                columns.add(
                        gaps && type == ColumnType.FLOAT64 ? Column.optional(name, type) : Column.required(name, type));
            }
        }
        return columns;
    }

    /** Raw columns to inputs: by name, or in order when the graph reads one matrix. */
    Feeder feeder(Signature signature) {
        List<String> names = signature.inputs().stream().map(Column::name).toList();
        int maxBatch = inputs.stream().anyMatch(input -> input.batch() == 1) ? 1 : Integer.MAX_VALUE;
        List<ColumnFeeder.Binding> bindings = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (Tensor input : inputs) {
            List<String> own = input.width() > 0 ? columnNames(input) : List.of();
            if (own.isEmpty() || !names.containsAll(own)) {
                if (inputs.size() > 1 || (input.width() > 0 && input.width() != names.size())) {
                    throw new ModelFormatException("input " + input.name() + " of the graph needs the columns "
                            + String.join(", ", own) + ", which the signature does not have");
                }
                own = names;
            }
            if (input.type() != OnnxJavaType.STRING) {
                ColumnFeeder.bytes(input.type());
            }
            for (String name : own) {
                Column column = signature.inputs().get(names.indexOf(name));
                checkType(input, column);
                used.add(name);
            }
            bindings.add(new ColumnFeeder.Binding(input.name(), input.type(), input.rank(), own));
        }
        if (used.size() != names.size()) {
            throw new ModelFormatException(
                    "the graph reads " + used.size() + " of the signature's " + names.size() + " columns");
        }
        return new ColumnFeeder(bindings, maxBatch);
    }

    private static void checkType(Tensor input, Column column) {
        boolean fits = switch (input.type()) {
            case STRING -> column.type() == ColumnType.STRING;
            case FLOAT, DOUBLE -> column.type() != ColumnType.STRING;
            default -> column.type() != ColumnType.STRING && column.type() != ColumnType.FLOAT64 && !column.nullable();
        };
        if (!fits) {
            throw new ModelFormatException(
                    "input " + input.name() + " holds " + input.type() + " and cannot be fed by the "
                            + (column.nullable() ? "nullable " : "") + column.type() + " column " + column.name());
        }
    }

    Feeder feeder(FittedFeatures features) {
        Tensor input = inputs.get(0);
        if (inputs.size() != 1
                || input.type() != OnnxJavaType.FLOAT
                || input.rank() != 2
                || (input.width() > 0 && input.width() != features.width())
                || input.batch() >= 0) {
            throw new ModelFormatException(
                    "a model with features.json needs one float input of N by " + features.width() + " features");
        }
        return new FeatureFeeder(input.name(), features);
    }

    /** Which outputs of the graph answer the outputs of the signature. */
    OutputReader reader(Signature signature) {
        if (signature.task() == Task.GENERIC) {
            List<String> names = outputs.stream().map(Tensor::name).toList();
            for (Output output : signature.outputs()) {
                if (!names.contains(output.name())) {
                    throw new ModelFormatException(
                            "the graph has no output " + output.name() + ", it has " + String.join(", ", names));
                }
            }
            return new OutputReader(
                    signature, signature.outputs().stream().map(Output::name).toList());
        }
        int classes =
                signature.task() == Task.REGRESSION ? 1 : signature.classes().size();
        for (Tensor output : outputs) {
            boolean real = output.type() == OnnxJavaType.FLOAT || output.type() == OnnxJavaType.DOUBLE;
            boolean fits = output.width() < 0
                    || output.width() == classes
                    || (signature.task() == Task.BINARY && output.width() == 1);
            if (real && fits) {
                return new OutputReader(signature, List.of(output.name()));
            }
        }
        throw new ModelFormatException(
                "the graph has no float output for " + signature.task() + " over " + classes + " values");
    }

    private static List<String> columnNames(Tensor input) {
        if (input.rank() == 1 || input.width() == 1) {
            return List.of(input.name());
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < input.width(); i++) {
            names.add(input.name() + "[" + i + "]");
        }
        return names;
    }

    private static ColumnType columnType(Tensor input) {
        return switch (input.type()) {
            case FLOAT, DOUBLE -> ColumnType.FLOAT64;
            case INT32, INT64 -> ColumnType.INT64;
            case BOOL -> ColumnType.BOOL;
            case STRING -> ColumnType.STRING;
            case INT8, INT16, UINT8, FLOAT16, BFLOAT16, UNKNOWN ->
                throw new ModelFormatException("input " + input.name() + " has the unsupported type " + input.type());
        };
    }

    private static OutputType outputType(Tensor output) {
        return switch (output.type()) {
            case STRING -> OutputType.STRING;
            case FLOAT -> OutputType.FLOAT32;
            case DOUBLE -> OutputType.FLOAT64;
            default -> OutputType.INT64;
        };
    }
}
