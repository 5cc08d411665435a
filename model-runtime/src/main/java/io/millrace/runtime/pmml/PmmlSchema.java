package io.millrace.runtime.pmml;

import io.millrace.runtime.descriptor.ModelDescriptor;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.OutputType;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pmml4s.data.DataVal;
import org.pmml4s.metadata.Field;
import org.pmml4s.metadata.OutputField;
import org.pmml4s.model.Model;

/**
 * What a document says it reads and gives.
 *
 * @param probabilities for a classifier that gives them all: PMML output by class; otherwise empty
 * @param outputs every output by its name in the document, when the task is GENERIC or REGRESSION
 */
record PmmlSchema(Task task, List<Column> inputs, Map<String, String> probabilities, List<Output> outputs) {

    static PmmlSchema of(Model model, Map<String, List<String>> values) {
        List<Column> inputs = new ArrayList<>();
        for (Field field : model.inputFields()) {
            inputs.add(column(model, field, values.getOrDefault(field.name(), List.of())));
        }
        Map<String, String> probabilities = new LinkedHashMap<>();
        if (model.isClassification()) {
            for (DataVal value : model.classes()) {
                String name = String.valueOf(value.toVal());
                for (OutputField output : model.outputFields()) {
                    if (output.feature().toString().equals("probability")
                            && output.value().isDefined()
                            && String.valueOf(((DataVal) output.value().get()).toVal())
                                    .equals(name)) {
                        probabilities.put(name, output.name());
                    }
                }
            }
            if (probabilities.size() == model.classes().length && probabilities.size() >= 2) {
                return new PmmlSchema(
                        probabilities.size() == 2 ? Task.BINARY : Task.MULTICLASS, inputs, probabilities, List.of());
            }
        }
        List<Output> outputs =
                Arrays.stream(model.outputFields()).map(PmmlSchema::output).toList();
        boolean number =
                model.isRegression() && outputs.stream().anyMatch(output -> output.type() != OutputType.STRING);
        return new PmmlSchema(number ? Task.REGRESSION : Task.GENERIC, inputs, Map.of(), outputs);
    }

    /** A text that the document does not list is refused, unless the document says what to make of it. */
    private static Column column(Model model, Field field, List<String> values) {
        ColumnType type = switch (field.dataType().toString()) {
            case "integer" -> ColumnType.INT64;
            case "float", "double", "real" -> ColumnType.FLOAT64;
            case "boolean" -> ColumnType.BOOL;
            case "string" -> ColumnType.STRING;
            default ->
                throw new ModelFormatException("the PMML document reads " + field.name() + " of the type "
                        + field.dataType() + ", which is not supported");
        };
        boolean closed = type == ColumnType.STRING
                && model.miningSchema().contains(field.name())
                && model.miningSchema()
                        .apply(field.name())
                        .invalidValueTreatment()
                        .toString()
                        .equals("returnInvalid");
        return new Column(field.name(), type, true, null, null, closed ? values : List.of());
    }

    private static Output output(OutputField field) {
        String type = field.dataType().toString();
        boolean text =
                !type.equals("integer") && !type.equals("float") && !type.equals("double") && !type.equals("real");
        return new Output(field.name(), text ? OutputType.STRING : OutputType.FLOAT64, 1);
    }

    /** The document's own signature, with the types of columns that someone else knows. */
    Signature signature(List<Column> known) {
        List<Column> columns = known.isEmpty() ? inputs : known;
        check(columns);
        List<String> classes = List.copyOf(probabilities.keySet());
        return switch (task) {
            case BINARY -> Signature.binary(columns, classes.get(0), classes.get(1));
            case MULTICLASS -> Signature.multiclass(columns, classes);
            case REGRESSION -> Signature.regression(columns);
            case GENERIC -> new Signature(task, columns, outputs, List.of());
        };
    }

    /** The folder's signature, if it is one of this document: the same columns, task and classes in any order. */
    Signature declared(ModelDescriptor descriptor) {
        Signature signature = descriptor.signature();
        check(signature.inputs());
        boolean fits = signature.task() == task
                && (task == Task.GENERIC
                        ? signature.outputs().equals(outputs)
                        : probabilities.keySet().containsAll(signature.classes()));
        if (!fits || signature.classes().size() != probabilities.size()) {
            throw new ModelFormatException("the PMML document is " + task + " over " + probabilities.keySet()
                    + ", model.json says " + signature.task() + " over " + signature.classes());
        }
        if (descriptor.targetTransform() != null) {
            throw new ModelFormatException("model.json: a PMML document transforms its target itself");
        }
        return signature;
    }

    private void check(List<Column> columns) {
        List<String> names = columns.stream().map(Column::name).toList();
        for (Column column : inputs) {
            if (!names.contains(column.name())) {
                throw new ModelFormatException(
                        "the PMML document reads " + column.name() + ", which the signature does not have");
            }
        }
    }
}
