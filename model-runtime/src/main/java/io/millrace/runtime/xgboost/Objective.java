package io.millrace.runtime.xgboost;

import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Task;
import io.millrace.runtime.tree.Link;
import java.util.function.DoubleUnaryOperator;

/**
 * What an objective of XGBoost means for a prediction (its PredTransform and ProbToMargin).
 *
 * @param link from margin to answer
 * @param margin from the file's base score to the margin the trees start with
 */
record Objective(Task task, Link link, DoubleUnaryOperator margin) {

    private static final DoubleUnaryOperator SAME = DoubleUnaryOperator.identity();

    static Objective of(String name) {
        return switch (name) {
            case "binary:logistic" -> new Objective(Task.BINARY, Link.sigmoid(1), Objective::logit);
            case "binary:hinge" -> new Objective(Task.BINARY, Link.each(margin -> margin > 0 ? 1 : 0), SAME);
            case "reg:logistic" -> new Objective(Task.REGRESSION, Link.sigmoid(1), Objective::logit);
            case "binary:logitraw" -> new Objective(Task.REGRESSION, Link.IDENTITY, SAME);
            case "multi:softprob", "multi:softmax" -> new Objective(Task.MULTICLASS, Link.SOFTMAX, SAME);
            case "count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft" ->
                new Objective(Task.REGRESSION, Link.EXP, Math::log);
            case "reg:squarederror",
                    "reg:linear",
                    "reg:squaredlogerror",
                    "reg:absoluteerror",
                    "reg:pseudohubererror",
                    "reg:quantileerror",
                    "reg:expectileerror",
                    "rank:pairwise",
                    "rank:ndcg",
                    "rank:map" -> new Objective(Task.REGRESSION, Link.IDENTITY, SAME);
            default -> throw new ModelFormatException("the XGBoost objective " + name + " is not supported");
        };
    }

    private static double logit(double probability) {
        if (!(probability > 0 && probability < 1)) {
            throw new IllegalArgumentException("base_score " + probability + " is no probability");
        }
        return -Math.log(1 / probability - 1);
    }
}
