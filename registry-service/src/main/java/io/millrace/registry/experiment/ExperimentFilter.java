package io.millrace.registry.experiment;

import io.millrace.registry.search.Clause;
import io.millrace.registry.search.Condition;
import io.millrace.registry.search.Filter;
import io.millrace.registry.search.SortKey;
import io.millrace.registry.search.SortTerm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the words of an experiment search mean in SQL. */
final class ExperimentFilter {

    private static final Set<String> ATTRIBUTE = Set.of("", "attribute", "attributes", "attr");
    private static final Map<String, String> COLUMNS = Map.of(
            "name", "e.name",
            "creation_time", "e.created_at",
            "last_update_time", "e.updated_at",
            "experiment_id", "e.experiment_id");

    private ExperimentFilter() {}

    static List<Condition> conditions(@Nullable String filter) {
        return Filter.parse(filter).stream().map(ExperimentFilter::condition).toList();
    }

    private static Condition condition(Clause clause) {
        if (clause.entity().equals("tag") || clause.entity().equals("tags")) {
            Condition value = clause.text("t.value");
            List<@Nullable Object> arguments = new ArrayList<>();
            arguments.add(clause.key());
            arguments.addAll(value.arguments());
            return new Condition("""
                    exists (select 1 from registry.experiment_tag t
                             where t.experiment_id = e.experiment_id and t.key = ? and %s)""".formatted(value.sql()), arguments);
        }
        String column = column(clause.entity(), clause.key());
        return column.endsWith("_at")
                ? clause.instant(column)
                : column.equals("e.experiment_id") ? clause.integer(column) : clause.text(column);
    }

    /** The sort keys of a caller, or the newest first, and then the id. */
    static List<SortTerm> order(List<String> keys) {
        List<SortTerm> terms = new ArrayList<>();
        boolean id = false;
        for (SortKey key : SortKey.parse(keys)) {
            String column = column(key.entity(), key.key());
            id |= column.equals("e.experiment_id");
            String type = column.endsWith("_at") ? "timestamptz" : column.equals("e.name") ? "text" : "bigint";
            terms.add(SortTerm.column(column, type, key.descending()));
        }
        if (terms.isEmpty()) {
            terms.add(SortTerm.column("e.created_at", "timestamptz", true));
            terms.add(SortTerm.column("e.experiment_id", "bigint", false));
        } else if (!id) {
            terms.add(SortTerm.column("e.experiment_id", "bigint", true));
        }
        return terms;
    }

    private static String column(String entity, String key) {
        String column = ATTRIBUTE.contains(entity) ? COLUMNS.get(key) : null;
        if (column == null) {
            String word = entity.isEmpty() ? key : entity + "." + key;
            throw Filter.invalid("knows tags and the attributes "
                    + String.join(", ", COLUMNS.keySet().stream().sorted().toList()) + ", not '" + word + "'");
        }
        return column;
    }
}
