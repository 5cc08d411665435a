package io.millrace.runtime.tribuo;

/**
 * {@code W x + b}, through softmax for a classifier.
 *
 * @param weights output-major, {@code outputs * width}
 * @param bias one for each output
 */
@SuppressWarnings("ArrayRecordComponent")
public record LinearModel(int width, int outputs, double[] weights, double[] bias, boolean softmax)
        implements DenseModel {

    @Override
    public double[] score(double[] matrix, int rows) {
        double[] scores = new double[rows * outputs];
        for (int row = 0; row < rows; row++) {
            int from = row * width;
            for (int output = 0; output < outputs; output++) {
                int at = output * width;
                double sum = bias[output];
                for (int i = 0; i < width; i++) {
                    sum += weights[at + i] * matrix[from + i];
                }
                scores[row * outputs + output] = sum;
            }
        }
        if (softmax) {
            DenseModel.softmax(scores, outputs);
        }
        return scores;
    }

    @Override
    public long memoryBytes() {
        return 128 + 8L * (weights.length + bias.length);
    }
}
