package io.millrace.runtime.tree;

import java.util.function.DoubleUnaryOperator;

/** From margins to what the model answers. */
@FunctionalInterface
public interface Link {

    Link IDENTITY = (values, outputs) -> {};
    Link EXP = each(Math::exp);
    Link SOFTMAX = Link::softmax;

    /** Changes row-major margins in place. */
    void apply(double[] values, int outputs);

    /** The same function for each margin. */
    static Link each(DoubleUnaryOperator function) {
        return (values, outputs) -> {
            for (int i = 0; i < values.length; i++) {
                values[i] = function.applyAsDouble(values[i]);
            }
        };
    }

    /** {@code 1 / (1 + exp(-scale * margin))}. */
    static Link sigmoid(double scale) {
        return each(margin -> 1 / (1 + Math.exp(-scale * margin)));
    }

    private static void softmax(double[] values, int outputs) {
        for (int from = 0; from < values.length; from += outputs) {
            double highest = Double.NEGATIVE_INFINITY;
            for (int i = from; i < from + outputs; i++) {
                highest = Math.max(highest, values[i]);
            }
            double sum = 0;
            for (int i = from; i < from + outputs; i++) {
                values[i] = Math.exp(values[i] - highest);
                sum += values[i];
            }
            for (int i = from; i < from + outputs; i++) {
                values[i] /= sum;
            }
        }
    }
}
