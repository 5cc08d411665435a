package io.millrace.pipeline.evaluation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one model said about the test rows.
 *
 * @param values one score a row; with classes a probability of each, row-major
 * @param classes in the order of the probabilities; empty when there is one score a row
 */
@SuppressWarnings("ArrayRecordComponent")
record Scored(double[] values, List<String> classes) {

    /** The classes that either model knows: the candidate's in its order, then the champion's own. */
    static List<String> union(Scored candidate, @Nullable Scored champion) {
        List<String> classes = new ArrayList<>(candidate.classes);
        if (champion != null) {
            champion.classes.stream().filter(name -> !classes.contains(name)).forEach(classes::add);
        }
        return List.copyOf(classes);
    }

    /** The values in the order of {@code all}; a class that this model does not know has probability 0. */
    double[] over(List<String> all) {
        if (all.equals(classes)) {
            return values;
        }
        int width = classes.size();
        int rows = values.length / width;
        double[] wider = new double[rows * all.size()];
        for (int k = 0; k < width; k++) {
            int target = all.indexOf(classes.get(k));
            for (int row = 0; row < rows; row++) {
                wider[row * all.size() + target] = values[row * width + k];
            }
        }
        return wider;
    }
}
