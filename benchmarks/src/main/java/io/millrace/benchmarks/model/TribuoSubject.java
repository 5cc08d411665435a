package io.millrace.benchmarks.model;

import io.millrace.runtime.feature.FeaturePipeline;
import io.millrace.runtime.feature.FittedFeatures;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.training.TrainedModel;
import io.millrace.runtime.training.Trainers;
import io.millrace.runtime.training.TrainingRequest;
import io.millrace.runtime.tribuo.DenseModel;
import io.millrace.runtime.tribuo.ModelCompiler;
import io.millrace.runtime.tribuo.TribuoScorer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A model as the platform trains it. Both forms read the matrix of features, so none pays for making it.
 *
 * @param tolerance between both forms
 */
record TribuoSubject(TrainedModel model, double tolerance) {

    private static final int ROWS = 5_000;
    private static final long SEED = 11;
    /** Kept: a logger that nobody holds forgets its level. */
    private static final Logger TRIBUO = Logger.getLogger("org.tribuo");

    static TribuoSubject logistic() {
        return new TribuoSubject(classifier("logistic.classification", Map.of()), 1e-9);
    }

    static TribuoSubject forest() {
        return new TribuoSubject(classifier("random-forest.classification", Map.of("trees", 100, "maxDepth", 8)), 1e-9);
    }

    /** A round makes a tree for each class. XGBoost adds 32 bit floats. */
    static TribuoSubject boosted() {
        return new TribuoSubject(classifier("xgboost.classification", Map.of("rounds", 50, "maxDepth", 6)), 1e-5);
    }

    /** One number for a row, since that is what ONNX graphs are walked for. */
    static TribuoSubject forestOfNumbers() {
        MadeUpRows data = MadeUpRows.of(ROWS, SEED);
        Rows rows = data.batch(0, ROWS);
        return new TribuoSubject(
                train(TrainingRequest.regression(
                        "random-forest.regression",
                        Map.of("trees", 100, "maxDepth", 8),
                        SEED,
                        Signature.regression(MadeUpRows.COLUMNS),
                        features(rows),
                        rows,
                        data.targets(),
                        false)),
                1e-9);
    }

    private static TrainedModel classifier(String algorithm, Map<String, ?> params) {
        MadeUpRows data = MadeUpRows.of(ROWS, SEED);
        Rows rows = data.batch(0, ROWS);
        String[] labels = new String[ROWS];
        Arrays.setAll(labels, row -> data.labels()[row] ? "yes" : "no");
        return train(TrainingRequest.classification(
                algorithm,
                params,
                SEED,
                Signature.binary(MadeUpRows.COLUMNS, "no", "yes"),
                features(rows),
                rows,
                labels));
    }

    private static FittedFeatures features(Rows rows) {
        return FeaturePipeline.fit(List.of(), rows, MadeUpRows.COLUMNS);
    }

    private static TrainedModel train(TrainingRequest request) {
        TRIBUO.setLevel(Level.WARNING);
        return Trainers.train(request);
    }

    Subject compiled() {
        return new Subject(arrays(), objects(), tolerance);
    }

    Subject tribuo() {
        return new Subject(objects(), arrays(), tolerance);
    }

    private Scorer arrays() {
        FittedFeatures features = model.features();
        DenseModel dense = ModelCompiler.compile(model.tribuo(), features.names(), model.signature())
                .orElseThrow();
        return rows -> {
            double[] matrix = features.transform(rows);
            int size = rows.size();
            return () -> dense.score(matrix, size);
        };
    }

    /** Tribuo's own answers, in the model's unit. */
    Scorer objects() {
        FittedFeatures features = model.features();
        TribuoScorer tribuo = new TribuoScorer(model.tribuo(), features.names(), model.signature());
        return rows -> {
            double[] matrix = features.transform(rows);
            int size = rows.size();
            return () -> tribuo.score(matrix, size);
        };
    }
}
