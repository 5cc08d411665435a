package io.millrace.runtime.tribuo;

import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.Task;
import java.util.ArrayList;
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

    /** Rows that are asked for at once: row by row XGBoost's library takes 25 times as long. Each is dozens of objects meanwhile. */
    private static final int TOGETHER = 1_000;

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
        int outputs = ModelCompiler.outputs(signature);
        double[] scores = new double[Math.multiplyExact(rows, outputs)];
        for (int from = 0; from < rows; from += TOGETHER) {
            int to = Math.min(rows, from + TOGETHER);
            if (signature.task() == Task.REGRESSION) {
                numbers(matrix, from, to, scores);
            } else {
                shares(matrix, from, to, scores);
            }
        }
        return scores;
    }

    private void numbers(double[] matrix, int from, int to, double[] scores) {
        int row = from;
        for (Prediction<Regressor> prediction :
                predict(model.castModel(Regressor.class), RegressionFactory.UNKNOWN_REGRESSOR, matrix, from, to)) {
            scores[row++] = prediction.getOutput().getValues()[0];
        }
    }

    private void shares(double[] matrix, int from, int to, double[] scores) {
        int at = from * signature.classes().size();
        for (Prediction<Label> prediction :
                predict(model.castModel(Label.class), LabelFactory.UNKNOWN_LABEL, matrix, from, to)) {
            for (String name : signature.classes()) {
                Label scored = prediction.getOutputScores().get(name);
                scores[at++] = scored == null ? 0 : scored.getScore();
            }
        }
    }

    private <T extends Output<T>> List<Prediction<T>> predict(
            Model<T> typed, T unknown, double[] matrix, int from, int to) {
        int width = names.length;
        List<Example<T>> examples = new ArrayList<>(to - from);
        for (int row = from; row < to; row++) {
            examples.add(
                    new ArrayExample<>(unknown, names, Arrays.copyOfRange(matrix, row * width, (row + 1) * width)));
        }
        return typed.predict(examples);
    }
}
