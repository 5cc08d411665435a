package io.millrace.runtime.lightgbm;

import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Task;
import io.millrace.runtime.tree.Link;
import java.util.List;

/** What an objective of LightGBM means for a prediction (its ConvertOutput). */
record Objective(Task task, Link link) {

    /**
     * Reads the file's line.
     *
     * @param line name and parameters, such as {@code binary sigmoid:1}; empty for an objective of the user's own, whose
     *     margins are the answer
     */
    static Objective of(String line, int outputs) {
        List<String> words = List.of(line.strip().split(" +"));
        double sigmoid = words.stream()
                .filter(word -> word.startsWith("sigmoid:"))
                .mapToDouble(word -> Double.parseDouble(word.substring("sigmoid:".length())))
                .findFirst()
                .orElse(1);
        return switch (words.get(0)) {
            case "binary" -> new Objective(Task.BINARY, Link.sigmoid(sigmoid));
            case "multiclass" -> new Objective(Task.MULTICLASS, Link.SOFTMAX);
            case "multiclassova" -> new Objective(Task.MULTICLASS, Link.sigmoid(sigmoid));
            case "cross_entropy" -> new Objective(Task.REGRESSION, Link.sigmoid(1));
            case "cross_entropy_lambda" -> new Objective(Task.REGRESSION, Link.each(m -> Math.log1p(Math.exp(m))));
            case "poisson", "gamma", "tweedie" -> new Objective(Task.REGRESSION, Link.EXP);
            case "regression", "regression_l1", "huber", "fair", "quantile", "mape" ->
                new Objective(
                        Task.REGRESSION,
                        words.contains("sqrt") ? Link.each(m -> Math.signum(m) * m * m) : Link.IDENTITY);
            case "lambdarank", "rank_xendcg" -> new Objective(Task.REGRESSION, Link.IDENTITY);
            case "", "none", "custom" -> new Objective(outputs == 1 ? Task.REGRESSION : Task.GENERIC, Link.IDENTITY);
            default -> throw new ModelFormatException("the LightGBM objective " + words.get(0) + " is not supported");
        };
    }
}
