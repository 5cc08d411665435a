package io.millrace.runtime.tribuo;

/**
 * A model compiled to flat arrays over a dense feature matrix. Immutable, safe for concurrent use, and the one source of
 * the ONNX export.
 */
public sealed interface DenseModel permits LinearModel, TreeEnsemble {

    /** Features in a row of the matrix. */
    int width();

    /** Numbers for each row: one for each class in the signature's order, or one for a regression. */
    int outputs();

    /**
     * Row-major scores, {@code rows * outputs()}: probabilities, or predictions in the model's unit.
     *
     * @param matrix row-major, {@code rows * width()} finite values
     */
    double[] score(double[] matrix, int rows);

    /** An estimate of the memory held, in bytes. */
    long memoryBytes();

    /** Turns each row of scores into probabilities, in place. */
    static void softmax(double[] scores, int outputs) {
        for (int from = 0; from < scores.length; from += outputs) {
            double highest = Double.NEGATIVE_INFINITY;
            for (int i = from; i < from + outputs; i++) {
                highest = Math.max(highest, scores[i]);
            }
            double sum = 0;
            for (int i = from; i < from + outputs; i++) {
                scores[i] = Math.exp(scores[i] - highest);
                sum += scores[i];
            }
            for (int i = from; i < from + outputs; i++) {
                scores[i] /= sum;
            }
        }
    }
}
