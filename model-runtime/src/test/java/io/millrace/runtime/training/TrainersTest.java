package io.millrace.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.runtime.catalog.FormatCatalog;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.Task;
import io.millrace.runtime.tribuo.TribuoModel;
import io.millrace.runtime.tribuo.TribuoScorer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainersTest {

    private static final GeneratedData TRAIN = new GeneratedData(3000, 1);
    private static final GeneratedData TEST = new GeneratedData(2000, 2);

    @TempDir
    Path folder;

    /** Fast settings; the default of the forest is for real training. */
    private static Map<String, ?> params(String algorithm) {
        return algorithm.startsWith("random-forest")
                ? Map.of("trees", 20, "maxDepth", 6, "bins", 32)
                : algorithm.startsWith("xgboost") ? Map.of("rounds", 40, "maxDepth", 4) : Map.of();
    }

    private static Signature signature(Task task) {
        return task == Task.BINARY
                ? GeneratedData.binarySignature()
                : task == Task.MULTICLASS ? GeneratedData.threeSignature() : GeneratedData.numberSignature();
    }

    /** The noise makes perfect scores impossible: the true relation has an RMSE of 4.1. */
    @ParameterizedTest
    @CsvSource({
        "logistic.classification, BINARY, 0.9",
        "random-forest.classification, BINARY, 0.89",
        "xgboost.classification, BINARY, 0.9",
        "logistic.classification, MULTICLASS, 0.84",
        "random-forest.classification, MULTICLASS, 0.79",
        "xgboost.classification, MULTICLASS, 0.82",
        "linear.regression, REGRESSION, 6.5",
        "random-forest.regression, REGRESSION, 14",
        "xgboost.regression, REGRESSION, 7",
    })
    void predictsTheSameTrainedLoadedAndExported(String algorithm, Task task, double sane) throws Exception {
        TrainedModel trained = GeneratedData.train(algorithm, params(algorithm), signature(task), TRAIN);
        trained.save(folder.resolve("tribuo"));
        trained.saveOnnx(folder.resolve("onnx"));

        Prediction expected = trained.predict(TEST.rows);
        if (task == Task.REGRESSION) {
            assertThat(score(expected, task)).isLessThan(sane);
        } else {
            assertThat(score(expected, task)).isGreaterThan(sane);
        }
        assertThat(new TribuoModel(
                                trained.tribuo(),
                                trained.signature(),
                                trained.features(),
                                io.millrace.runtime.descriptor.TargetTransform.NONE)
                        .compiled())
                .isPresent();
        try (LoadedModel tribuo = FormatCatalog.load().open(folder.resolve("tribuo"), LoadOptions.online());
                LoadedModel onnx = FormatCatalog.load().open(folder.resolve("onnx"), LoadOptions.online())) {
            assertSame(expected, tribuo.predict(TEST.rows), 0);
            assertSame(expected, onnx.predict(TEST.rows), task == Task.REGRESSION ? 0.005 : 2e-6);
            assertThat(onnx.signature()).isEqualTo(trained.signature());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "logistic.classification, MULTICLASS, 1e-9",
        "random-forest.classification, MULTICLASS, 1e-9",
        "xgboost.classification, MULTICLASS, 1e-6",
        "linear.regression, REGRESSION, 1e-9",
        "random-forest.regression, REGRESSION, 1e-9",
        "xgboost.regression, REGRESSION, 1e-5",
    })
    void compiledFormAgreesWithTribuoItself(String algorithm, Task task, double tolerance) {
        TrainedModel trained = GeneratedData.train(algorithm, params(algorithm), signature(task), TRAIN);
        double[] matrix = trained.features().transform(TEST.rows);

        double[] tribuo = new TribuoScorer(trained.tribuo(), trained.features().names(), trained.signature())
                .score(matrix, TEST.rows.size());
        double[] compiled = io.millrace.runtime.tribuo.ModelCompiler.compile(
                        trained.tribuo(), trained.features().names(), trained.signature())
                .orElseThrow()
                .score(matrix, TEST.rows.size());

        assertThat(compiled).containsExactly(tribuo, within(tolerance));
    }

    @ParameterizedTest
    @ValueSource(strings = {"logistic.classification", "random-forest.classification", "xgboost.classification"})
    void givesTheSameModelForTheSameSeedAndAnotherForAnother(String algorithm) {
        double[] first = GeneratedData.train(algorithm, seeded(algorithm), signature(Task.BINARY), TRAIN)
                .predict(TEST.rows)
                .number(Output.PROBABILITY);
        double[] second = GeneratedData.train(algorithm, seeded(algorithm), signature(Task.BINARY), TRAIN)
                .predict(TEST.rows)
                .number(Output.PROBABILITY);
        double[] other = Trainers.train(TrainingRequest.classification(
                        algorithm,
                        seeded(algorithm),
                        8,
                        signature(Task.BINARY),
                        TRAIN.features(),
                        TRAIN.rows,
                        TRAIN.binary))
                .predict(TEST.rows)
                .number(Output.PROBABILITY);

        assertThat(second).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
    }

    private static Map<String, ?> seeded(String algorithm) {
        return algorithm.startsWith("xgboost") ? Map.of("rounds", 10, "subsample", 0.5) : params(algorithm);
    }

    @ParameterizedTest
    @ValueSource(strings = {"linear.regression", "random-forest.regression", "xgboost.regression"})
    void predictsInTheUnitOfALogTransformedTarget(String algorithm) throws Exception {
        TrainedModel trained = Trainers.train(TrainingRequest.regression(
                algorithm,
                params(algorithm),
                7,
                signature(Task.REGRESSION),
                TRAIN.features(),
                TRAIN.rows,
                TRAIN.number,
                true));
        trained.saveOnnx(folder);

        assertThat(score(trained.predict(TEST.rows), Task.REGRESSION)).isLessThan(14);
        try (LoadedModel onnx = FormatCatalog.load().open(folder, LoadOptions.online())) {
            assertSame(trained.predict(TEST.rows), onnx.predict(TEST.rows), 0.005);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"logistic.classification", "random-forest.classification", "xgboost.classification"})
    void followsRowWeights(String algorithm) {
        double[] weights = new double[TRAIN.rows.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = TRAIN.binary[i].equals("yes") ? 20 : 1;
        }
        TrainingRequest weighted = new TrainingRequest(
                algorithm,
                params(algorithm),
                7,
                signature(Task.BINARY),
                TRAIN.features(),
                TRAIN.rows,
                TRAIN.binary,
                null,
                weights,
                false);

        assertThat(mean(Trainers.train(weighted).predict(TEST.rows)))
                .isGreaterThan(0.05
                        + mean(GeneratedData.train(algorithm, params(algorithm), signature(Task.BINARY), TRAIN)
                                .predict(TEST.rows)));
    }

    private static double mean(Prediction prediction) {
        double sum = 0;
        for (double value : prediction.number(Output.PROBABILITY)) {
            sum += value;
        }
        return sum / prediction.size();
    }

    @ParameterizedTest
    @ValueSource(strings = {"logistic.classification", "random-forest.classification", "xgboost.classification"})
    void ranksTheFeaturesThatMatter(String algorithm) {
        TrainedModel trained = GeneratedData.train(algorithm, params(algorithm), signature(Task.BINARY), TRAIN);

        assertThat(trained.featureImportance()).hasSize(trained.features().width());
        assertThat(trained.featureImportance().keySet().iterator().next()).isEqualTo("log1p(amount)");
        assertThat(trained.featureImportance().values().stream()
                        .mapToDouble(share -> share)
                        .sum())
                .isCloseTo(1, within(1e-9));
        assertThat(trained.featureImportance().get("visits")).isLessThan(0.15);
    }

    @Test
    void recordsWhatTheModelWasMadeOf() {
        TrainedModel trained =
                GeneratedData.train("xgboost.classification", Map.of("rounds", 3), signature(Task.BINARY), TRAIN);

        assertThat(trained.metadata())
                .containsEntry("algorithm", "xgboost.classification")
                .containsEntry("seed", 7L)
                .containsEntry("rows", 3000);
        assertThat(trained.metadata().get("params").toString()).contains("rounds=3", "eta=0.3");
        assertThat(trained.provenance()).contains("XGBoostClassificationTrainer", "matrix sha256:");
    }

    @Test
    void keepsNamesAndOrderOfTheTrainers() {
        assertThat(Trainers.names())
                .containsExactly(
                        "logistic.classification",
                        "random-forest.classification",
                        "xgboost.classification",
                        "linear.regression",
                        "random-forest.regression",
                        "xgboost.regression");
        assertThatThrownBy(() -> Trainers.get("svm"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("unknown algorithm 'svm', known: logistic.classification, random-forest");
    }

    @Test
    void listsEveryProblemOfTheParameters() {
        List<ParameterProblem> problems = Trainers.get("xgboost.classification")
                .check(new java.util.TreeMap<>(Map.of("round", 5, "eta", 7, "maxDepth", 2.5, "lambda", "x")));

        assertThat(problems)
                .containsExactly(
                        new ParameterProblem("eta", "parameter 'eta' must be a number from 1.0E-4 to 1.0, got 7"),
                        new ParameterProblem(
                                "lambda", "parameter 'lambda' must be a number from 0.0 to 1000000.0, got x"),
                        new ParameterProblem(
                                "maxDepth", "parameter 'maxDepth' must be a whole number from 1 to 16, got 2.5"),
                        new ParameterProblem(
                                "round",
                                "unknown parameter 'round', known: rounds, maxDepth, eta, gamma, minChildWeight,"
                                        + " subsample, featureFraction, lambda, alpha"));
        assertThat(Trainers.get("logistic.classification").check(Map.of("epochs", 5L)))
                .isEmpty();
    }

    @Test
    void refusesWhatCannotBeTrained() {
        String[] wrong = TRAIN.binary.clone();
        wrong[17] = "maybe";
        String[] same = TRAIN.binary.clone();
        java.util.Arrays.fill(same, "no");
        double[] infinite = TRAIN.number.clone();
        infinite[3] = Double.POSITIVE_INFINITY;

        assertThatThrownBy(() -> trainBinary("logistic.classification", wrong))
                .hasMessage("row 17: label 'maybe' is not one of no, yes");
        assertThatThrownBy(() -> trainBinary("logistic.classification", same))
                .hasMessage("the training rows hold only the label 'no'");
        assertThatThrownBy(() -> trainBinary("linear.regression", TRAIN.binary))
                .hasMessage("linear.regression cannot be trained for BINARY");
        assertThatThrownBy(() -> Trainers.train(TrainingRequest.regression(
                        "linear.regression",
                        Map.of(),
                        1,
                        signature(Task.REGRESSION),
                        TRAIN.features(),
                        TRAIN.rows,
                        infinite,
                        false)))
                .hasMessage("row 3: target Infinity is not a usable number");
        assertThatThrownBy(() -> trainBinary("logistic.classification", new String[] {"no"}))
                .hasMessage("training needs labels for 3000 rows, got 1");
    }

    private static void trainBinary(String algorithm, String[] labels) {
        Trainers.train(TrainingRequest.classification(
                algorithm, Map.of(), 1, signature(Task.BINARY), TRAIN.features(), TRAIN.rows, labels));
    }

    private static double score(Prediction prediction, Task task) {
        double sum = 0;
        String[] truth = task == Task.BINARY ? TEST.binary : TEST.three;
        for (int row = 0; row < prediction.size(); row++) {
            if (task == Task.REGRESSION) {
                double error = prediction.score(row) - TEST.number[row];
                sum += error * error;
            } else if (prediction.label(Output.LABEL)[row].equals(truth[row])) {
                sum++;
            }
        }
        return task == Task.REGRESSION ? Math.sqrt(sum / prediction.size()) : sum / prediction.size();
    }

    private static void assertSame(Prediction expected, Prediction actual, double tolerance) {
        assertThat(actual.size()).isEqualTo(expected.size());
        expected.numbers()
                .forEach((name, values) ->
                        assertThat(actual.number(name)).as(name).containsExactly(values, within(tolerance)));
        if (tolerance == 0) {
            expected.labels()
                    .forEach((name, texts) -> assertThat(actual.label(name)).isEqualTo(texts));
        }
    }
}
