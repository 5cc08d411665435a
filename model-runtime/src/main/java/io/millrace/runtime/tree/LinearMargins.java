package io.millrace.runtime.tree;

/**
 * A linear booster: a weight for each feature and output, then the biases. A missing value adds nothing.
 *
 * @param weights {@code width * outputs} weights, feature by feature, then {@code outputs} biases
 */
@SuppressWarnings("ArrayRecordComponent")
public record LinearMargins(int width, int outputs, double[] weights) implements Margins {

    public LinearMargins {
        if (weights.length != (width + 1L) * outputs) {
            throw new IllegalArgumentException(
                    weights.length + " weights for " + width + " features and " + outputs + " outputs");
        }
    }

    @Override
    public void add(double[] matrix, int rows, double[] margins) {
        for (int row = 0; row < rows; row++) {
            for (int output = 0; output < outputs; output++) {
                double sum = weights[width * outputs + output];
                for (int feature = 0; feature < width; feature++) {
                    double value = matrix[row * width + feature];
                    sum += Double.isNaN(value) ? 0 : value * weights[feature * outputs + output];
                }
                margins[row * outputs + output] += sum;
            }
        }
    }

    @Override
    public long memoryBytes() {
        return 64 + 8L * weights.length;
    }
}
