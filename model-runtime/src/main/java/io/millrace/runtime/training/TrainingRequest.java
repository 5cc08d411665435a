package io.millrace.runtime.training;

import io.millrace.runtime.feature.FittedFeatures;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.Task;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything a training depends on; the same request gives the same model.
 *
 * @param algorithm name of a {@link Trainer}, see {@link Trainers#names}
 * @param params by {@link Parameter#name}; what is absent has its default
 * @param seed of every random choice
 * @param signature of the model to make: its task and classes decide what the labels may be
 * @param features fitted on the training rows alone
 * @param train training rows, at least 2, at most 50 million matrix cells after features
 * @param labels for classification: one of the signature's classes for each row; otherwise null
 * @param targets for regression: a finite number for each row; otherwise null
 * @param weights a positive weight for each row; null for equal weights
 * @param log1pTarget regression only: train on log(1 + target), predict in the target's own unit
 */
@SuppressWarnings("ArrayRecordComponent")
public record TrainingRequest(
        String algorithm,
        Map<String, ?> params,
        long seed,
        Signature signature,
        FittedFeatures features,
        Rows train,
        String @Nullable [] labels,
        double @Nullable [] targets,
        double @Nullable [] weights,
        boolean log1pTarget) {

    public TrainingRequest {
        params = Map.copyOf(params);
        boolean regression = signature.task() == Task.REGRESSION;
        if (signature.task() == Task.GENERIC) {
            throw new IllegalArgumentException("a GENERIC model cannot be trained");
        }
        if (train.size() < 2) {
            throw new IllegalArgumentException("training needs at least 2 rows, got " + train.size());
        }
        int given = regression ? (targets == null ? -1 : targets.length) : labels == null ? -1 : labels.length;
        if (given != train.size()) {
            throw new IllegalArgumentException("training needs " + (regression ? "targets" : "labels") + " for "
                    + train.size() + " rows, got " + Math.max(0, given));
        }
        if (weights != null && weights.length != train.size()) {
            throw new IllegalArgumentException(
                    "training needs weights for " + train.size() + " rows, got " + weights.length);
        }
    }

    /** A classification with equal weights. */
    public static TrainingRequest classification(
            String algorithm,
            Map<String, ?> params,
            long seed,
            Signature signature,
            FittedFeatures features,
            Rows train,
            String[] labels) {
        return new TrainingRequest(algorithm, params, seed, signature, features, train, labels, null, null, false);
    }

    /** A regression with equal weights. */
    public static TrainingRequest regression(
            String algorithm,
            Map<String, ?> params,
            long seed,
            Signature signature,
            FittedFeatures features,
            Rows train,
            double[] targets,
            boolean log1pTarget) {
        return new TrainingRequest(
                algorithm, params, seed, signature, features, train, null, targets, null, log1pTarget);
    }
}
