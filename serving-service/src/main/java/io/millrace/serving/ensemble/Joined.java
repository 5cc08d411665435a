package io.millrace.serving.ensemble;

import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.Task;
import io.millrace.serving.policy.Ensemble.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The signature of parts together: every column that one of them reads, as strict as the strictest. */
final class Joined {

    private Joined() {}

    /** IllegalArgumentException when the parts do not go together. */
    static Signature signature(Kind kind, List<Signature> parts) {
        Signature first = parts.get(0);
        if (first.task() == Task.GENERIC || !first.hasStandardOutputs()) {
            throw new IllegalArgumentException("a part has no standard outputs, which an ensemble needs");
        }
        if (first.task() == Task.REGRESSION && kind != Kind.AVERAGE) {
            throw new IllegalArgumentException(
                    "a " + kind.text() + " needs classifiers, the first part is a regression");
        }
        Map<String, Column> columns = new LinkedHashMap<>();
        for (Signature part : parts) {
            if (part.task() != first.task() || !part.classes().equals(first.classes()) || !part.hasStandardOutputs()) {
                throw new IllegalArgumentException("the parts predict different things: " + first.task() + " "
                        + first.classes() + " and " + part.task() + " " + part.classes());
            }
            part.inputs().forEach(column -> columns.merge(column.name(), column, Joined::stricter));
        }
        return new Signature(first.task(), List.copyOf(columns.values()), first.outputs(), first.classes());
    }

    private static Column stricter(Column a, Column b) {
        if (a.type() != b.type()) {
            throw new IllegalArgumentException(
                    "the parts read column '" + a.name() + "' as " + a.type() + " and as " + b.type());
        }
        return new Column(
                a.name(),
                a.type(),
                a.nullable() && b.nullable(),
                bound(a.min(), b.min(), true),
                bound(a.max(), b.max(), false),
                categories(a, b));
    }

    private static @Nullable Double bound(@Nullable Double a, @Nullable Double b, boolean higher) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return higher ? Math.max(a, b) : Math.min(a, b);
    }

    private static List<String> categories(Column a, Column b) {
        if (a.categories().isEmpty() || b.categories().isEmpty()) {
            return a.categories().isEmpty() ? b.categories() : a.categories();
        }
        List<String> both = new ArrayList<>(a.categories());
        both.retainAll(b.categories());
        if (both.isEmpty()) {
            throw new IllegalArgumentException("the parts accept no common text in column '" + a.name() + "'");
        }
        return both;
    }
}
