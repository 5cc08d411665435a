package io.millrace.runtime.training;

import io.millrace.runtime.spi.Task;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Trains models with one algorithm. Stateless: every training starts from the request's seed. */
public interface Trainer {

    /** Such as {@code xgboost.classification}. */
    String name();

    /** The tasks it can be trained for. */
    Set<Task> tasks();

    /** Its parameters, in the order to show them. */
    List<Parameter> parameters();

    /** What is wrong with the parameters; empty when they can be used. Nothing is trained: for {@code plan}. */
    default List<ParameterProblem> check(Map<String, ?> params) {
        return Parameters.check(parameters(), params);
    }

    /**
     * Trains; takes seconds to minutes.
     *
     * @throws IllegalArgumentException for wrong parameters, labels or targets; the message is written for the pipeline's
     *     author
     */
    TrainedModel train(TrainingRequest request);
}
