package io.millrace.runtime.spi;

import java.util.List;
import java.util.Map;

/**
 * What a model says about a batch of rows.
 *
 * @param size number of rows
 * @param outputs every output, in the order of the signature
 * @param numbers by output name, row-major, {@code size * width} values; the arrays are not copied: do not change them
 * @param labels by output name, one text for each row
 */
@SuppressWarnings("ArrayRecordComponent")
public record Prediction(int size, List<Output> outputs, Map<String, double[]> numbers, Map<String, String[]> labels) {

    public Prediction {
        outputs = List.copyOf(outputs);
        numbers = Map.copyOf(numbers);
        labels = Map.copyOf(labels);
        for (Output output : outputs) {
            int expected = size * output.width();
            double[] values = numbers.get(output.name());
            String[] texts = labels.get(output.name());
            int actual = values != null ? values.length : texts != null ? texts.length : -1;
            if (actual != expected) {
                throw new IllegalArgumentException(
                        "output " + output.name() + " needs " + expected + " values, has " + actual);
            }
        }
    }

    /**
     * The standard outputs of a signature from a model's plain numbers.
     *
     * @param raw row-major: one probability for each class in the order of {@link Signature#classes}, or one value for a
     *     regression. A binary label is positive from a probability of 0.5; ties of several classes go to the first
     */
    public static Prediction standard(Signature signature, int size, double[] raw) {
        if (signature.task() == Task.REGRESSION) {
            return new Prediction(size, signature.outputs(), Map.of(Output.PREDICTION, raw), Map.of());
        }
        int k = signature.classes().size();
        String[] label = new String[size];
        double[] probability = k == 2 && signature.task() == Task.BINARY ? new double[size] : raw;
        for (int row = 0; row < size; row++) {
            int best = 0;
            for (int c = 1; c < k; c++) {
                best = raw[row * k + c] > raw[row * k + best] ? c : best;
            }
            if (signature.task() == Task.BINARY) {
                probability[row] = raw[row * 2 + 1];
                best = probability[row] >= 0.5 ? 1 : 0;
            }
            label[row] = signature.classes().get(best);
        }
        return new Prediction(
                size, signature.outputs(), Map.of(Output.PROBABILITY, probability), Map.of(Output.LABEL, label));
    }

    /**
     * The one number to watch for a row: P(positive) of a binary classifier, the predicted value of a regression, the
     * highest class probability of a multi-class one; otherwise the first output, if it is one number for each row.
     *
     * @throws IllegalStateException when the outputs hold no such number
     */
    public double score(int row) {
        java.util.Objects.checkIndex(row, size);
        for (Output output : outputs) {
            double[] values = numbers.get(output.name());
            if (values == null) {
                continue;
            }
            if (output.width() == 1) {
                return values[row];
            }
            if (output.name().equals(Output.PROBABILITY)) {
                double highest = values[row * output.width()];
                for (int k = 1; k < output.width(); k++) {
                    highest = Math.max(highest, values[row * output.width() + k]);
                }
                return highest;
            }
            break;
        }
        throw new IllegalStateException("the model's outputs hold no single score");
    }

    /** The values of a numeric output, row-major; IllegalArgumentException when there is no such output. */
    public double[] number(String output) {
        double[] values = numbers.get(output);
        if (values == null) {
            throw new IllegalArgumentException("no numeric output " + output);
        }
        return values;
    }

    /** The texts of a label output; IllegalArgumentException when there is no such output. */
    public String[] label(String output) {
        String[] values = labels.get(output);
        if (values == null) {
            throw new IllegalArgumentException("no label output " + output);
        }
        return values;
    }
}
