package io.millrace.runtime.tree;

import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.Task;
import java.util.List;

/**
 * A boosted model as read from its file.
 *
 * @param task BINARY with one margin, MULTICLASS with one for each class, REGRESSION with one, or GENERIC with several
 * @param named whether the features carry names that people gave, rather than their numbers
 * @param single whether the model compares 32 bit floats
 * @param base what each margin starts with
 * @param divisor what the sum of the trees is divided by: their number when they are averaged, otherwise 1
 */
@SuppressWarnings("ArrayRecordComponent")
public record Booster(
        Task task,
        List<Feature> features,
        boolean named,
        boolean single,
        Margins margins,
        double[] base,
        double divisor,
        Link link) {

    public Booster {
        features = List.copyOf(features);
        if (base.length != margins.outputs() || features.size() != margins.width()) {
            throw new IllegalArgumentException("the model's parts do not fit each other");
        }
        if (task == Task.MULTICLASS ? base.length < 2 : task != Task.GENERIC && base.length != 1) {
            throw new IllegalArgumentException("a " + task + " model with " + base.length + " margins");
        }
    }

    List<Column> columns() {
        return features.stream().map(Feature::column).toList();
    }
}
