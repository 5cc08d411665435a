package io.millrace.runtime.training;

import io.millrace.runtime.descriptor.TargetTransform;
import io.millrace.runtime.feature.FittedFeatures;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tribuo.Model;
import org.tribuo.Output;
import org.tribuo.classification.Label;
import org.tribuo.regression.Regressor;

/** Trains with one of Tribuo's trainers. */
final class TribuoTrainer implements Trainer {

    /** A trainer with this parameter reads quantile bins: Tribuo's trees are very slow on continuous values. */
    static final String BINS = "bins";

    /** A trainer with this parameter takes gradient steps. Tribuo weighs whole steps, so weighted rows go one by one. */
    static final String MINIBATCH = "minibatch";

    /** Makes a fresh Tribuo trainer; a used one would go on with its random numbers where the last training stopped. */
    interface Maker<T extends Output<T>> {
        org.tribuo.Trainer<T> make(Parameters parameters, int width, long seed);
    }

    private final String name;
    private final Set<Task> tasks;
    private final List<Parameter> parameters;
    private final @Nullable Maker<Label> classifier;
    private final @Nullable Maker<Regressor> regression;

    private TribuoTrainer(
            String name,
            Set<Task> tasks,
            List<Parameter> parameters,
            @Nullable Maker<Label> classifier,
            @Nullable Maker<Regressor> regression) {
        this.name = name;
        this.tasks = Set.copyOf(tasks);
        this.parameters = parameters;
        this.classifier = classifier;
        this.regression = regression;
    }

    static Trainer classification(String name, Set<Task> tasks, List<Parameter> parameters, Maker<Label> maker) {
        return new TribuoTrainer(name, tasks, parameters, maker, null);
    }

    static Trainer regression(String name, Set<Task> tasks, List<Parameter> parameters, Maker<Regressor> maker) {
        return new TribuoTrainer(name, tasks, parameters, null, maker);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<Task> tasks() {
        return tasks;
    }

    @Override
    public List<Parameter> parameters() {
        return parameters;
    }

    @Override
    public TrainedModel train(TrainingRequest request) {
        Signature signature = request.signature();
        if (!tasks.contains(signature.task())) {
            throw new IllegalArgumentException(name + " cannot be trained for " + signature.task());
        }
        signature.check(request.train());
        Parameters values = Parameters.of(parameters, request.params());
        boolean gradient = values.has(MINIBATCH);
        if (gradient && request.weights() != null) {
            values.replace(MINIBATCH, 1);
        }
        FittedFeatures features = values.has(BINS)
                ? request.features().withQuantileBins(request.train(), values.whole(BINS))
                : request.features();
        double[] matrix = features.transform(request.train());

        TargetTransform target = TargetTransform.NONE;
        Model<?> model;
        if (classifier != null && request.labels() != null) {
            model = classifier
                    .make(values, features.width(), request.seed())
                    .train(Examples.classification(request, request.labels(), features, matrix, gradient));
        } else if (regression != null && request.targets() != null) {
            target = Examples.targetTransform(request.targets(), request.log1pTarget());
            model = regression
                    .make(values, features.width(), request.seed())
                    .train(Examples.regression(request, request.targets(), target, features, matrix, gradient));
        } else {
            throw new IllegalStateException(name + " got neither labels nor targets");
        }
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("algorithm", name);
        metadata.put("params", values.resolved());
        metadata.put("seed", request.seed());
        metadata.put("rows", request.train().size());
        metadata.put("features", features.width());
        return new TrainedModel(model, signature, features, target, metadata, matrix);
    }
}
