package io.millrace.serving.inference;

import io.millrace.serving.inference.Answer.Scored;
import io.millrace.serving.predictionlog.Comparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Sets two answers to the same rows side by side. */
final class Comparisons {

    /** Numbers that differ by less than this share of the larger one are the same. */
    private static final double SAME = 1e-6;

    private Comparisons() {}

    static List<Comparison> of(List<Scored> primary, List<Scored> shadow) {
        List<Comparison> rows = new ArrayList<>(primary.size());
        for (int row = 0; row < primary.size(); row++) {
            rows.add(of(primary.get(row), shadow.get(row)));
        }
        return rows;
    }

    private static Comparison of(Scored primary, Scored shadow) {
        Double a = primary.score();
        Double b = shadow.score();
        boolean worded = primary.label() != null || primary.decision() != null || shadow.label() != null;
        boolean agrees;
        if (worded) {
            agrees = Objects.equals(primary.label(), shadow.label())
                    && Objects.equals(primary.decision(), shadow.decision());
        } else if (a != null && b != null) {
            agrees = Math.abs(a - b) <= SAME * Math.max(Math.abs(a), Math.abs(b));
        } else {
            agrees = a == null && b == null;
        }
        return new Comparison(agrees, a == null || b == null ? null : Double.valueOf(Math.abs(a - b)));
    }
}
