package io.millrace.runtime.tree;

import io.millrace.runtime.descriptor.ModelDescriptor;
import io.millrace.runtime.descriptor.TargetTransform;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.OutputType;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A boosted model in memory. Holds only immutable arrays, so predictions share nothing; each uses the calling thread. */
public final class BoosterModel implements LoadedModel {

    private final Booster booster;
    private final Signature signature;
    private final FeatureMatrix features;
    private final TargetTransform target;
    private volatile boolean closed;

    private BoosterModel(Booster booster, Signature signature, TargetTransform target) {
        this.booster = booster;
        this.signature = signature;
        this.target = target;
        this.features = FeatureMatrix.of(booster.features(), signature.inputs(), booster.named(), booster.single());
    }

    /**
     * A model with the signature its folder declares.
     *
     * @throws ModelFormatException when that signature is not one of this model
     */
    public static BoosterModel declared(Booster booster, ModelDescriptor descriptor) {
        Signature signature = descriptor.signature();
        int classes = booster.task() == Task.BINARY ? 2 : booster.base().length;
        if (signature.task() != booster.task()
                || (!signature.classes().isEmpty() && signature.classes().size() != classes)
                || (signature.task() == Task.GENERIC && !signature.outputs().equals(outputs(booster)))) {
            throw new ModelFormatException("the model is " + booster.task() + " with " + booster.base().length
                    + " outputs, model.json says " + signature.task() + " with "
                    + signature.classes().size() + " classes");
        }
        try {
            return new BoosterModel(booster, signature, TargetTransform.parse(descriptor.targetTransform()));
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException("model.json: " + e.getMessage(), e);
        }
    }

    /**
     * A model that declares itself; classes are called by their numbers.
     *
     * @param inputs the columns, when someone else knows them; otherwise empty
     */
    public static BoosterModel discovered(Booster booster, List<Column> inputs) {
        try {
            List<Column> columns = inputs.isEmpty() ? booster.columns() : inputs;
            Signature signature = switch (booster.task()) {
                case BINARY -> Signature.binary(columns, "0", "1");
                case MULTICLASS -> Signature.multiclass(columns, numbers(booster.base().length));
                case REGRESSION -> Signature.regression(columns);
                case GENERIC -> new Signature(Task.GENERIC, columns, outputs(booster), List.of());
            };
            return new BoosterModel(booster, signature, TargetTransform.NONE);
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException("the model's features make no signature: " + e.getMessage(), e);
        }
    }

    private static List<Output> outputs(Booster booster) {
        return List.of(new Output(Output.PREDICTION, OutputType.FLOAT64, booster.base().length));
    }

    private static List<String> numbers(int count) {
        List<String> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add(String.valueOf(i));
        }
        return numbers;
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
        int size = rows.size();
        int outputs = booster.base().length;
        double[] values = new double[Math.multiplyExact(size, outputs)];
        booster.margins().add(features.of(rows), size, values);
        for (int i = 0; i < values.length; i++) {
            values[i] = values[i] / booster.divisor() + booster.base()[i % outputs];
        }
        booster.link().apply(values, outputs);
        return switch (signature.task()) {
            case BINARY -> Prediction.standard(signature, size, both(values));
            case MULTICLASS -> Prediction.standard(signature, size, values);
            case REGRESSION -> {
                Arrays.setAll(values, row -> target.invert(values[row]));
                yield Prediction.standard(signature, size, values);
            }
            case GENERIC -> new Prediction(size, signature.outputs(), Map.of(Output.PREDICTION, values), Map.of());
        };
    }

    private static double[] both(double[] positive) {
        double[] both = new double[2 * positive.length];
        for (int row = 0; row < positive.length; row++) {
            both[2 * row] = 1 - positive[row];
            both[2 * row + 1] = positive[row];
        }
        return both;
    }

    @Override
    public long memoryBytes() {
        return 1024 + features.memoryBytes() + booster.margins().memoryBytes();
    }

    @Override
    public void close() {
        closed = true;
    }
}
