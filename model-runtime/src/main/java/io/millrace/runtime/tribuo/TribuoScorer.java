package io.millrace.runtime.tribuo;

import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.Task;
import java.util.Arrays;
import java.util.List;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.Output;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.impl.ArrayExample;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;

/** Asks Tribuo itself: for models {@link ModelCompiler} does not know, and as the truth it is compared with. */
public final class TribuoScorer {

    private final Model<?> model;
    private final String[] names;
    private final Signature signature;

    /** @param names feature names in matrix order, ascending, so that Tribuo need not sort them for each row */
    public TribuoScorer(Model<?> model, List<String> names, Signature signature) {
        this.model = model;
        this.names = names.toArray(String[]::new);
        this.signature = signature;
    }

    /** As {@link DenseModel#score}. */
    public double[] score(double[] matrix, int rows) {
        if (signature.task() == Task.REGRESSION) {
            Model<Regressor> regression = model.castModel(Regressor.class);
            double[] scores = new double[rows];
            for (int row = 0; row < rows; row++) {
                scores[row] = predict(regression, RegressionFactory.UNKNOWN_REGRESSOR, matrix, row)
                        .getOutput()
                        .getValues()[0];
            }
            return scores;
        }
        Model<Label> classifier = model.castModel(Label.class);
        int outputs = signature.classes().size();
        double[] scores = new double[rows * outputs];
        for (int row = 0; row < rows; row++) {
            Prediction<Label> prediction = predict(classifier, LabelFactory.UNKNOWN_LABEL, matrix, row);
            for (int output = 0; output < outputs; output++) {
                Label scored =
                        prediction.getOutputScores().get(signature.classes().get(output));
                scores[row * outputs + output] = scored == null ? 0 : scored.getScore();
            }
        }
        return scores;
    }

    private <T extends Output<T>> Prediction<T> predict(Model<T> typed, T unknown, double[] matrix, int row) {
        int from = row * names.length;
        Example<T> example = new ArrayExample<>(unknown, names, Arrays.copyOfRange(matrix, from, from + names.length));
        return typed.predict(example);
    }
}
