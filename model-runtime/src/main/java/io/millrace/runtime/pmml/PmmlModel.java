package io.millrace.runtime.pmml;

import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.OutputType;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.SignatureException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pmml4s.model.Model;

/** A PMML document in memory. PMML4S keeps what it works out in each call's own objects, so predictions share nothing. */
final class PmmlModel implements LoadedModel {

    private final Model model;
    private final PmmlSchema schema;
    private final Signature signature;
    private final long bytes;
    private volatile boolean closed;

    PmmlModel(Model model, PmmlSchema schema, Signature signature, long bytes) {
        this.model = model;
        this.schema = schema;
        this.signature = signature;
        this.bytes = bytes;
    }

    @Override
    public Signature signature() {
        return signature;
    }

    @Override
    public Prediction predict(Rows rows) {
        if (closed) {
            throw new IllegalStateException("the model is closed");
        }
        signature.check(rows);
        return switch (signature.task()) {
            case BINARY, MULTICLASS -> Prediction.standard(signature, rows.size(), probabilities(rows));
            case REGRESSION -> Prediction.standard(signature, rows.size(), numbers(rows));
            case GENERIC -> generic(rows);
        };
    }

    private double[] probabilities(Rows rows) {
        List<String> classes = signature.classes();
        double[] values = new double[rows.size() * classes.size()];
        for (int row = 0; row < rows.size(); row++) {
            Map<String, Object> answer = answer(rows, row);
            for (int k = 0; k < classes.size(); k++) {
                values[row * classes.size() + k] =
                        number(answer.get(schema.probabilities().get(classes.get(k))), rows, row);
            }
        }
        return values;
    }

    private double[] numbers(Rows rows) {
        String name = schema.outputs().stream()
                .filter(output -> output.type() != OutputType.STRING)
                .map(Output::name)
                .findFirst()
                .orElseThrow();
        double[] values = new double[rows.size()];
        for (int row = 0; row < values.length; row++) {
            values[row] = number(answer(rows, row).get(name), rows, row);
        }
        return values;
    }

    private Prediction generic(Rows rows) {
        List<Map<String, Object>> answers = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            answers.add(answer(rows, row));
        }
        Map<String, double[]> numbers = new HashMap<>();
        Map<String, String[]> labels = new HashMap<>();
        for (Output output : signature.outputs()) {
            double[] values = new double[rows.size()];
            String[] texts = new String[rows.size()];
            for (int row = 0; row < rows.size(); row++) {
                Object value = answers.get(row).get(output.name());
                if (output.type() == OutputType.STRING) {
                    texts[row] = String.valueOf(value);
                } else {
                    values[row] = number(value, rows, row);
                }
            }
            if (output.type() == OutputType.STRING) {
                labels.put(output.name(), texts);
            } else {
                numbers.put(output.name(), values);
            }
        }
        return new Prediction(rows.size(), signature.outputs(), numbers, labels);
    }

    private Map<String, Object> answer(Rows rows, int row) {
        Map<String, Object> given = new HashMap<>();
        for (Column column : schema.inputs()) {
            Object value = rows.value(column.name(), row);
            if (value != null) {
                given.put(column.name(), value);
            }
        }
        return model.predict(given);
    }

    /** PMML gives nothing, or NaN, when it lacks a value that the document has no replacement for. */
    private double number(@Nullable Object value, Rows rows, int row) {
        double number = value instanceof Number found ? found.doubleValue() : Double.NaN;
        if (!Double.isNaN(number)) {
            return number;
        }
        for (Column column : schema.inputs()) {
            if (rows.isMissing(column.name(), row)) {
                throw new SignatureException(
                        column.name(), row, "missing value, without which the model has no answer");
            }
        }
        throw new SignatureException(schema.inputs().get(0).name(), row, "the model has no answer for this row");
    }

    @Override
    public long memoryBytes() {
        return 1024 + bytes;
    }

    @Override
    public void close() {
        closed = true;
    }
}
