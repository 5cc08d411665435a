package io.millrace.runtime.spi;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What a model reads and gives. Jackson writes and reads it as it is.
 *
 * @param inputs raw columns, in the order the model declares them, names unique
 * @param outputs outputs, names unique
 * @param classes empty unless classification; BINARY: negative then positive; MULTICLASS: the order of the probabilities
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Signature(Task task, List<Column> inputs, List<Output> outputs, List<String> classes) {

    public Signature {
        Objects.requireNonNull(task, "task");
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        classes = List.copyOf(classes);
        unique("input", inputs.stream().map(Column::name).toList());
        unique("output", outputs.stream().map(Output::name).toList());
        unique("class", classes);
        if (outputs.isEmpty()) {
            throw new IllegalArgumentException("a signature needs an output");
        }
        boolean fits = task == Task.BINARY
                ? classes.size() == 2
                : task == Task.MULTICLASS ? classes.size() >= 2 : task == Task.GENERIC || classes.isEmpty();
        if (!fits) {
            throw new IllegalArgumentException(task + " does not go with " + classes.size() + " classes");
        }
    }

    /** A binary classifier with the standard outputs. */
    public static Signature binary(List<Column> inputs, String negative, String positive) {
        return new Signature(
                Task.BINARY,
                inputs,
                List.of(
                        new Output(Output.PROBABILITY, OutputType.FLOAT64, 1),
                        new Output(Output.LABEL, OutputType.STRING, 1)),
                List.of(negative, positive));
    }

    /** A classifier over any number of classes, with the standard outputs. */
    public static Signature multiclass(List<Column> inputs, List<String> classes) {
        return new Signature(
                Task.MULTICLASS,
                inputs,
                List.of(
                        new Output(Output.PROBABILITY, OutputType.FLOAT64, Math.max(1, classes.size())),
                        new Output(Output.LABEL, OutputType.STRING, 1)),
                classes);
    }

    /** A regression with the standard output. */
    public static Signature regression(List<Column> inputs) {
        return new Signature(
                Task.REGRESSION, inputs, List.of(new Output(Output.PREDICTION, OutputType.FLOAT64, 1)), List.of());
    }

    /** Whether the outputs are those that {@link Prediction#standard} gives; always true for GENERIC. */
    public boolean hasStandardOutputs() {
        return switch (task) {
            case BINARY ->
                outputs.equals(binary(inputs, classes.get(0), classes.get(1)).outputs());
            case MULTICLASS -> outputs.equals(multiclass(inputs, classes).outputs());
            case REGRESSION -> outputs.equals(regression(inputs).outputs());
            case GENERIC -> true;
        };
    }

    /**
     * Checks that the rows carry every input with its type. Values are not looked at: {@link Rows.Builder} has done so.
     *
     * @throws SignatureException naming the first bad column
     */
    public void check(Rows rows) {
        if (rows.columns() == inputs) {
            return;
        }
        for (Column column : inputs) {
            Column given = rows.column(column.name())
                    .orElseThrow(() -> new SignatureException(
                            column.name(), null, "missing, expected " + column.type() + " (" + columnList() + ")"));
            if (given.type() != column.type()) {
                throw new SignatureException(
                        column.name(), null, "expected " + column.type() + ", got " + given.type());
            }
            if (given.nullable() && !column.nullable()) {
                rows.firstMissing(column.name()).ifPresent(row -> {
                    throw new SignatureException(column.name(), row, "missing value, but the column is required");
                });
            }
        }
    }

    private String columnList() {
        List<String> names = inputs.stream().map(Column::name).limit(20).toList();
        return "the model reads " + String.join(", ", names) + (inputs.size() > 20 ? ", ..." : "");
    }

    private static void unique(String what, List<String> names) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException("two of " + what + " " + name);
            }
        }
    }
}
