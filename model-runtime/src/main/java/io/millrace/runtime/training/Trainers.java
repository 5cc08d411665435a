package io.millrace.runtime.training;

import io.millrace.runtime.spi.Task;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.tribuo.classification.Label;
import org.tribuo.classification.dtree.CARTClassificationTrainer;
import org.tribuo.classification.dtree.impurity.GiniIndex;
import org.tribuo.classification.ensemble.FullyWeightedVotingCombiner;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.classification.xgboost.XGBoostClassificationTrainer;
import org.tribuo.common.tree.DecisionTreeTrainer;
import org.tribuo.common.tree.RandomForestTrainer;
import org.tribuo.common.xgboost.XGBoostTrainer.BoosterType;
import org.tribuo.common.xgboost.XGBoostTrainer.LoggingVerbosity;
import org.tribuo.common.xgboost.XGBoostTrainer.TreeMethod;
import org.tribuo.ensemble.BaggingTrainer;
import org.tribuo.ensemble.EnsembleCombiner;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.regression.Regressor;
import org.tribuo.regression.ensemble.AveragingCombiner;
import org.tribuo.regression.rtree.CARTJointRegressionTrainer;
import org.tribuo.regression.rtree.impurity.MeanSquaredError;
import org.tribuo.regression.sgd.objectives.SquaredLoss;
import org.tribuo.regression.xgboost.XGBoostRegressionTrainer;
import org.tribuo.regression.xgboost.XGBoostRegressionTrainer.RegressionType;

/** The trainers by name. */
public final class Trainers {

    private static final Set<Task> CLASSIFICATION = EnumSet.of(Task.BINARY, Task.MULTICLASS);
    private static final Set<Task> REGRESSION = EnumSet.of(Task.REGRESSION);

    private static final List<Parameter> LINEAR = List.of(
            Parameter.whole("epochs", 10, 1, 1000, "passes over the training rows"),
            Parameter.real("learningRate", 0.1, 1e-6, 10, "first step size of AdaGrad"),
            Parameter.whole(TribuoTrainer.MINIBATCH, 32, 1, 100_000, "rows in one step; 1 when rows have weights"));

    private static final List<Parameter> FOREST = List.of(
            Parameter.whole("trees", 50, 1, 1000, "trees in the forest"),
            Parameter.whole("maxDepth", 8, 1, 32, "splits between a root and a leaf"),
            Parameter.real("minChildWeight", 5, 0.001, 1e6, "weight of rows a leaf must hold"),
            Parameter.real("featureFraction", 0.3, 0.001, 1, "share of features tried in each split"),
            Parameter.whole(TribuoTrainer.BINS, 64, 2, 256, "quantile bins of each number"));

    private static final List<Parameter> XGBOOST = List.of(
            Parameter.whole("rounds", 100, 1, 5000, "boosting rounds"),
            Parameter.whole("maxDepth", 6, 1, 16, "splits between a root and a leaf"),
            Parameter.real("eta", 0.3, 1e-4, 1, "share of each tree that is added"),
            Parameter.real("gamma", 0, 0, 1e6, "loss a split must save"),
            Parameter.real("minChildWeight", 1, 0, 1e6, "sum of second derivatives a leaf must hold"),
            Parameter.real("subsample", 1, 0.01, 1, "share of rows for each tree"),
            Parameter.real("featureFraction", 1, 0.01, 1, "share of features for each tree"),
            Parameter.real("lambda", 1, 0, 1e6, "L2 penalty on leaf values"),
            Parameter.real("alpha", 0, 0, 1e6, "L1 penalty on leaf values"));

    /** The order in which threads add floats would change the trees. */
    private static final int ONE_THREAD = 1;

    private static final Map<String, Trainer> ALL = new LinkedHashMap<>();

    static {
        add(TribuoTrainer.classification(
                "logistic.classification",
                CLASSIFICATION,
                LINEAR,
                (p, width, seed) -> new org.tribuo.classification.sgd.linear.LinearSGDTrainer(
                        new LogMulticlass(),
                        adaGrad(p),
                        p.whole("epochs"),
                        Integer.MAX_VALUE,
                        p.whole(TribuoTrainer.MINIBATCH),
                        seed)));
        add(TribuoTrainer.classification(
                "random-forest.classification",
                CLASSIFICATION,
                FOREST,
                (p, width, seed) -> Trainers.<Label>forest(
                        p,
                        seed,
                        new CARTClassificationTrainer(
                                p.whole("maxDepth"),
                                p.single("minChildWeight"),
                                0f,
                                fraction(p, width),
                                false,
                                new GiniIndex(),
                                seed),
                        new FullyWeightedVotingCombiner())));
        add(TribuoTrainer.classification(
                "xgboost.classification",
                CLASSIFICATION,
                XGBOOST,
                (p, width, seed) -> new XGBoostClassificationTrainer(
                        BoosterType.GBTREE,
                        TreeMethod.HIST,
                        p.whole("rounds"),
                        p.real("eta"),
                        p.real("gamma"),
                        p.whole("maxDepth"),
                        p.real("minChildWeight"),
                        p.real("subsample"),
                        p.real("featureFraction"),
                        p.real("lambda"),
                        p.real("alpha"),
                        ONE_THREAD,
                        LoggingVerbosity.SILENT,
                        seed)));
        add(TribuoTrainer.regression(
                "linear.regression",
                REGRESSION,
                LINEAR,
                (p, width, seed) -> new org.tribuo.regression.sgd.linear.LinearSGDTrainer(
                        new SquaredLoss(),
                        adaGrad(p),
                        p.whole("epochs"),
                        Integer.MAX_VALUE,
                        p.whole(TribuoTrainer.MINIBATCH),
                        seed)));
        add(TribuoTrainer.regression(
                "random-forest.regression",
                REGRESSION,
                FOREST,
                (p, width, seed) -> Trainers.<Regressor>forest(
                        p,
                        seed,
                        new CARTJointRegressionTrainer(
                                p.whole("maxDepth"),
                                p.single("minChildWeight"),
                                0f,
                                fraction(p, width),
                                false,
                                new MeanSquaredError(),
                                false,
                                seed),
                        new AveragingCombiner())));
        add(TribuoTrainer.regression(
                "xgboost.regression",
                REGRESSION,
                XGBOOST,
                (p, width, seed) -> new XGBoostRegressionTrainer(
                        BoosterType.GBTREE,
                        TreeMethod.HIST,
                        RegressionType.LINEAR,
                        p.whole("rounds"),
                        p.real("eta"),
                        p.real("gamma"),
                        p.whole("maxDepth"),
                        p.real("minChildWeight"),
                        p.real("subsample"),
                        p.real("featureFraction"),
                        p.real("lambda"),
                        p.real("alpha"),
                        ONE_THREAD,
                        LoggingVerbosity.SILENT,
                        seed)));
    }

    private Trainers() {}

    /** Names of all trainers, classification first. */
    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /** @throws IllegalArgumentException listing the known names */
    public static Trainer get(String name) {
        Trainer trainer = ALL.get(name);
        if (trainer == null) {
            throw new IllegalArgumentException("unknown algorithm '" + name + "', known: "
                    + ALL.keySet().stream().collect(Collectors.joining(", ")));
        }
        return trainer;
    }

    /** Trains with the algorithm the request names; see {@link Trainer#train}. */
    public static TrainedModel train(TrainingRequest request) {
        return get(request.algorithm()).train(request);
    }

    private static void add(Trainer trainer) {
        ALL.put(trainer.name(), trainer);
    }

    private static AdaGrad adaGrad(Parameters p) {
        return new AdaGrad(p.real("learningRate"), 0.1);
    }

    private static float fraction(Parameters p, int width) {
        return Math.max(p.single("featureFraction"), 1f / width);
    }

    /** Tribuo's forest insists on sampling features; with all of them it is plain bagging. */
    private static <T extends org.tribuo.Output<T>> org.tribuo.Trainer<T> forest(
            Parameters p, long seed, DecisionTreeTrainer<T> tree, EnsembleCombiner<T> combiner) {
        return tree.getFractionFeaturesInSplit() < 1
                ? new RandomForestTrainer<>(tree, combiner, p.whole("trees"), seed)
                : new BaggingTrainer<>(tree, combiner, p.whole("trees"), seed);
    }
}
