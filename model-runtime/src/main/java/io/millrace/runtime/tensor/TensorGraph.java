package io.millrace.runtime.tensor;

import io.millrace.runtime.feature.FittedFeatures;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.Task;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Inputs and outputs of a graph as its library reports them, and how rows and predictions fit them. Immutable. */
public final class TensorGraph {

    /** Wider inputs are images or embeddings, not columns of a table. */
    private static final int MAX_COLUMNS = 10_000;

    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;

    /**
     * The first dimension of each tensor is the rows.
     *
     * @throws ModelFormatException when an input is made for batches of some other size than one
     */
    public TensorGraph(List<TensorSpec> inputs, List<TensorSpec> outputs) {
        this.inputs = List.copyOf(inputs);
        this.outputs = List.copyOf(outputs);
        for (TensorSpec input : inputs) {
            if (input.batch() > 1) {
                throw new ModelFormatException(
                        "input " + input.name() + " is fixed to batches of " + input.batch() + " rows");
            }
        }
    }

    /** Rows one call may carry: {@link Integer#MAX_VALUE}, or 1 for a graph made for single rows. */
    public int maxBatch() {
        return inputs.stream().anyMatch(input -> input.batch() == 1) ? 1 : Integer.MAX_VALUE;
    }

    /**
     * The signature of a graph that comes without one.
     *
     * @param declared the columns, when someone else knows them; otherwise empty
     * @param gaps whether the graph knows missing numbers
     */
    public Signature discover(List<Column> declared, boolean gaps) {
        List<Column> columns = declared.isEmpty() ? columns(gaps) : declared;
        List<Output> found = outputs.stream()
                .filter(output -> output.width() > 0 && output.type() != ElementType.UNKNOWN)
                .map(output -> new Output(output.name(), output.type().outputType(), output.width()))
                .toList();
        if (found.isEmpty()) {
            throw new ModelFormatException("the graph has no output that is a table of known width");
        }
        return new Signature(Task.GENERIC, columns, found, List.of());
    }

    /** A column for each scalar, {@code name[i]} for each matrix column. */
    private List<Column> columns(boolean gaps) {
        List<Column> columns = new ArrayList<>();
        for (TensorSpec input : inputs) {
            if (input.width() < 1 || columns.size() + input.width() > MAX_COLUMNS) {
                throw new ModelFormatException("input " + input.name() + " has "
                        + (input.width() < 0 ? "an open number" : "too large a number")
                        + " of columns: add a model.json with a signature");
            }
            for (String name : columnNames(input)) {
                ColumnType type = input.type().columnType(input.name());
                columns.add(
                        gaps && type == ColumnType.FLOAT64 ? Column.optional(name, type) : Column.required(name, type));
            }
        }
        return columns;
    }

    /** Raw columns to inputs: by name, or in order when the graph reads one matrix. */
    public List<ColumnBinding> bindings(Signature signature) {
        List<String> names = signature.inputs().stream().map(Column::name).toList();
        List<ColumnBinding> bindings = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (TensorSpec input : inputs) {
            List<String> own = input.width() > 0 ? columnNames(input) : List.of();
            if (own.isEmpty() || !names.containsAll(own)) {
                if (inputs.size() > 1 || (input.width() > 0 && input.width() != names.size())) {
                    throw new ModelFormatException("input " + input.name() + " of the graph needs the columns "
                            + String.join(", ", own) + ", which the signature does not have");
                }
                own = names;
            }
            if (input.type() != ElementType.STRING) {
                // Refuses what rows cannot fill before a row comes.
                input.type().bytes();
            }
            for (String name : own) {
                Column column = signature.inputs().get(names.indexOf(name));
                checkType(input, column);
                used.add(name);
            }
            bindings.add(new ColumnBinding(input.name(), input.type(), input.rank(), own));
        }
        if (used.size() != names.size()) {
            throw new ModelFormatException(
                    "the graph reads " + used.size() + " of the signature's " + names.size() + " columns");
        }
        return List.copyOf(bindings);
    }

    private static void checkType(TensorSpec input, Column column) {
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

    /** The one input that takes all features, as a matrix of 32 bit floats. */
    public TensorSpec matrix(FittedFeatures features) {
        TensorSpec input = inputs.get(0);
        if (inputs.size() != 1
                || input.type() != ElementType.FLOAT
                || input.rank() != 2
                || (input.width() > 0 && input.width() != features.width())
                || input.batch() >= 0) {
            throw new ModelFormatException(
                    "a model with features.json needs one float input of N by " + features.width() + " features");
        }
        return input;
    }

    /** Which outputs of the graph answer the outputs of the signature. */
    public OutputMapping outputs(Signature signature) {
        if (signature.task() == Task.GENERIC) {
            List<String> names = outputs.stream().map(TensorSpec::name).toList();
            for (Output output : signature.outputs()) {
                if (!names.contains(output.name())) {
                    throw new ModelFormatException(
                            "the graph has no output " + output.name() + ", it has " + String.join(", ", names));
                }
            }
            return new OutputMapping(
                    signature, signature.outputs().stream().map(Output::name).toList());
        }
        int classes =
                signature.task() == Task.REGRESSION ? 1 : signature.classes().size();
        for (TensorSpec output : outputs) {
            boolean real = output.type() == ElementType.FLOAT || output.type() == ElementType.DOUBLE;
            boolean fits = output.width() < 0
                    || output.width() == classes
                    || (signature.task() == Task.BINARY && output.width() == 1);
            if (real && fits) {
                return new OutputMapping(signature, List.of(output.name()));
            }
        }
        throw new ModelFormatException(
                "the graph has no float output for " + signature.task() + " over " + classes + " values");
    }

    private static List<String> columnNames(TensorSpec input) {
        if (input.rank() == 1 || input.width() == 1) {
            return List.of(input.name());
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < input.width(); i++) {
            names.add(input.name() + "[" + i + "]");
        }
        return names;
    }
}
