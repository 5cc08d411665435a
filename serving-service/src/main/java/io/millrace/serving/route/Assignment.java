package io.millrace.serving.route;

import io.millrace.serving.policy.Condition;
import io.millrace.serving.policy.Routing;
import io.millrace.serving.policy.Routing.Holdout;
import io.millrace.serving.policy.Rule;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Assigns a request to an arm: held-out keys first, then the first rule that holds, then the weights. Pure: what it says
 * depends on the definition, the key and the attributes alone, so every replica says the same.
 */
public final class Assignment {

    private final String seed;
    private final Router weights;
    private final int heldOut;
    private final int control;
    private final List<Way> rules = new ArrayList<>();
    private final Set<String> columns = new LinkedHashSet<>();

    /** A rule with its arm, or its split. */
    private record Way(Rule rule, int arm, @Nullable Split split) {}

    /**
     * Which arm, and why.
     *
     * @param arm index of the arm
     * @param by {@code holdout}, {@code rule:<name>} or {@code weight}
     */
    public record Choice(int arm, String by) {}

    /** @param arms names of the primary arms, in the router's order */
    public Assignment(String seed, Routing routing, List<String> arms, Router weights) {
        this.seed = seed;
        this.weights = weights;
        Holdout holdout = routing.holdout();
        this.heldOut = holdout == null ? 0 : holdout.buckets();
        this.control = holdout == null ? 0 : Math.max(0, arms.indexOf(holdout.arm()));
        for (Rule rule : routing.rules()) {
            for (Condition condition : rule.when()) {
                if (condition.column() != null) {
                    columns.add(condition.column());
                }
            }
            List<Split.Share> shares = new ArrayList<>();
            rule.split().forEach((arm, percent) -> shares.add(new Split.Share(arm, arms.indexOf(arm), percent)));
            rules.add(new Way(
                    rule,
                    rule.arm() == null ? 0 : Math.max(0, arms.indexOf(rule.arm())),
                    shares.isEmpty() ? null : new Split(seed + ":rule:" + rule.name(), shares)));
        }
    }

    /** Columns that rules look at. */
    Set<String> columns() {
        return columns;
    }

    public Choice choose(String key, RequestAttributes attributes) {
        // A seed of its own: whether a key is held out says nothing about the arm it has otherwise.
        if (heldOut > 0 && Router.bucket(seed + ":holdout:", key) < heldOut) {
            return new Choice(control, "holdout");
        }
        for (Way way : rules) {
            if (holds(way.rule, attributes)) {
                Split split = way.split;
                return new Choice(split == null ? way.arm : split.choose(key), "rule:" + way.rule.name());
            }
        }
        return new Choice(weights.choose(key), "weight");
    }

    private static boolean holds(Rule rule, RequestAttributes attributes) {
        for (Condition condition : rule.when()) {
            String column = condition.column();
            String header = condition.header();
            String value =
                    column != null ? attributes.column(column) : header != null ? attributes.header(header) : null;
            if (!condition.holds(value)) {
                return false;
            }
        }
        return true;
    }
}
