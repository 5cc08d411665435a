package io.millrace.registry.model;

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

/**
 * What the words of searches over models ({@code m}) and versions ({@code v}) mean in SQL. MLflow's clients keep prompts
 * among the models; they are hidden unless the filter asks for them.
 */
final class RegistryFilter {

    private static final String IS_PROMPT = "mlflow.prompt.is_prompt";
    private static final Set<String> ATTRIBUTE = Set.of("", "attribute", "attributes");
    private static final Map<String, String> MODEL_ORDER = Map.of(
            "name", "m.name",
            "timestamp", "m.updated_at",
            "last_updated_timestamp", "m.updated_at",
            "creation_timestamp", "m.created_at");
    private static final Map<String, String> VERSION_ORDER = Map.of(
            "name", "v.model",
            "version_number", "v.version",
            "creation_timestamp", "v.created_at",
            "last_updated_timestamp", "v.updated_at");

    private RegistryFilter() {}

    static List<Condition> models(@Nullable String filter) {
        List<Clause> clauses = Filter.parse(filter);
        List<Condition> conditions = new ArrayList<>();
        for (Clause clause : clauses) {
            if (tag(clause)) {
                conditions.add(tagged("registry.model_tag t where t.model = m.name", clause));
            } else if (ATTRIBUTE.contains(clause.entity()) && clause.key().equals("name")) {
                conditions.add(clause.text("m.name"));
            } else {
                throw unknown(clause, "tags and the attribute name");
            }
        }
        hidePrompts(clauses, conditions, "registry.model_tag t where t.model = m.name");
        return conditions;
    }

    static List<Condition> versions(@Nullable String filter) {
        List<Clause> clauses = Filter.parse(filter);
        List<Condition> conditions = new ArrayList<>();
        String tags = "registry.version_tag t where t.model = v.model and t.version = v.version";
        for (Clause clause : clauses) {
            conditions.add(tag(clause) ? tagged(tags, clause) : version(clause));
        }
        hidePrompts(clauses, conditions, tags);
        return conditions;
    }

    private static Condition version(Clause clause) {
        String key = ATTRIBUTE.contains(clause.entity()) ? clause.key() : "";
        return switch (key) {
            case "name" -> clause.text("v.model");
            case "run_id" -> clause.textOrList("v.given_run_id");
            case "source_path" -> clause.text("v.source");
            case "version_number" -> clause.integer("v.version");
            default -> throw unknown(clause, "tags and the attributes name, run_id, source_path, version_number");
        };
    }

    private static boolean tag(Clause clause) {
        return clause.entity().equals("tag") || clause.entity().equals("tags");
    }

    private static Condition tagged(String from, Clause clause) {
        Condition value = clause.text("t.value");
        boolean nothing = clause.key().equals(IS_PROMPT)
                && clause.operator().equals("!=")
                && clause.text().equals("true");
        List<@Nullable Object> arguments = new ArrayList<>();
        arguments.add(clause.key());
        arguments.addAll(value.arguments());
        // A model without the tag is no prompt, so this one comparison is true where others of a missing key are not.
        return nothing
                ? new Condition("not exists (select 1 from " + from + " and t.key = ? and t.value = ?)", arguments)
                : new Condition("exists (select 1 from " + from + " and t.key = ? and " + value.sql() + ")", arguments);
    }

    private static void hidePrompts(List<Clause> clauses, List<Condition> conditions, String from) {
        if (clauses.stream().noneMatch(clause -> tag(clause) && clause.key().equals(IS_PROMPT))) {
            conditions.add(new Condition(
                    "not exists (select 1 from " + from + " and t.key = ? and t.value = 'true')", List.of(IS_PROMPT)));
        }
    }

    static List<SortTerm> modelOrder(List<String> keys) {
        List<SortTerm> terms = terms(keys, MODEL_ORDER);
        if (terms.stream().noneMatch(t -> t.expression().equals("m.name"))) {
            terms.add(SortTerm.column("m.name", "text", false));
        }
        return terms;
    }

    static List<SortTerm> versionOrder(List<String> keys) {
        List<SortTerm> terms = terms(keys, VERSION_ORDER);
        if (terms.isEmpty()) {
            terms.add(SortTerm.column("v.updated_at", "timestamptz", true));
        }
        for (SortTerm last :
                List.of(SortTerm.column("v.model", "text", false), SortTerm.column("v.version", "bigint", true))) {
            if (terms.stream().noneMatch(t -> t.expression().equals(last.expression()))) {
                terms.add(last);
            }
        }
        return terms;
    }

    private static List<SortTerm> terms(List<String> keys, Map<String, String> columns) {
        List<SortTerm> terms = new ArrayList<>();
        for (SortKey key : SortKey.parse(keys)) {
            String column = ATTRIBUTE.contains(key.entity()) ? columns.get(key.key()) : null;
            if (column == null) {
                throw SortKey.invalid("knows "
                        + String.join(", ", columns.keySet().stream().sorted().toList()) + ", not '" + key.key() + "'");
            }
            if (terms.stream().anyMatch(t -> t.expression().equals(column))) {
                throw SortKey.invalid("holds a key twice: '" + key.key() + "'");
            }
            String type = column.endsWith("_at") ? "timestamptz" : column.equals("v.version") ? "bigint" : "text";
            terms.add(SortTerm.column(column, type, key.descending()));
        }
        return terms;
    }

    private static RuntimeException unknown(Clause clause, String known) {
        String word = clause.entity().isEmpty() ? clause.key() : clause.entity() + "." + clause.key();
        return Filter.invalid("knows " + known + ", not '" + word + "'");
    }
}
