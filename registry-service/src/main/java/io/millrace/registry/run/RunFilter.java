package io.millrace.registry.run;

import io.millrace.registry.search.Clause;
import io.millrace.registry.search.Condition;
import io.millrace.registry.search.Filter;
import io.millrace.registry.search.SortKey;
import io.millrace.registry.search.SortTerm;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the words of a run search mean in SQL. A run without the key never matches, also for {@code !=}. */
final class RunFilter {

    private static final Map<String, String> ENTITIES = Map.ofEntries(
            Map.entry("", "attribute"),
            Map.entry("metric", "metric"),
            Map.entry("metrics", "metric"),
            Map.entry("param", "param"),
            Map.entry("params", "param"),
            Map.entry("parameter", "param"),
            Map.entry("parameters", "param"),
            Map.entry("tag", "tag"),
            Map.entry("tags", "tag"),
            Map.entry("dataset", "dataset"),
            Map.entry("datasets", "dataset"),
            Map.entry("attribute", "attribute"),
            Map.entry("attributes", "attribute"),
            Map.entry("attr", "attribute"),
            Map.entry("run", "attribute"));
    private static final Map<String, String> ATTRIBUTES = Map.of(
            "run_id", "r.run_id",
            "run_name", "r.name",
            "user_id", "r.user_id",
            "status", "r.status",
            "artifact_uri", "(" + RunDataStore.ARTIFACT_LOCATION + " || '/' || r.run_id || '/artifacts')",
            "start_time", "r.start_at",
            "created", "r.start_at",
            "end_time", "r.end_at");

    /** Characters of a value that its index holds. */
    private static final int INDEXED = 200;

    private RunFilter() {}

    static List<Condition> conditions(@Nullable String filter) {
        return Filter.parse(filter).stream().map(RunFilter::condition).toList();
    }

    private static Condition condition(Clause clause) {
        return switch (entity(clause.entity())) {
            case "metric" -> keyed("registry.metric_latest", clause.key(), clause.numeric("p.value"));
            case "param" -> keyed("registry.run_param", clause.key(), text(clause));
            case "tag" -> keyed("registry.run_tag", clause.key(), text(clause));
            case "dataset" -> dataset(clause);
            default -> attribute(clause);
        };
    }

    /** An equal value has an equal beginning, and that is what the index holds; a short beginning is the whole value. */
    private static Condition text(Clause clause) {
        Condition value = clause.text("p.value");
        if (!clause.operator().equals("=")) {
            return value;
        }
        String text = clause.text();
        return text.length() < INDEXED
                ? new Condition("left(p.value, 200) = ?", List.of(text))
                : new Condition(value.sql() + " and left(p.value, 200) = left(?, 200)", List.of(text, text));
    }

    private static Condition keyed(String table, String key, Condition value) {
        List<@Nullable Object> arguments = new ArrayList<>();
        arguments.add(key);
        arguments.addAll(value.arguments());
        return new Condition(
                "exists (select 1 from " + table + " p where p.run_id = r.run_id and p.key = ? and " + value.sql()
                        + ")",
                arguments);
    }

    private static Condition dataset(Clause clause) {
        String column = switch (clause.key().toLowerCase(Locale.ROOT)) {
            case "name" -> "d.name";
            case "digest" -> "d.digest";
            case "context" -> "i.tags ->> 'mlflow.data.context'";
            default -> throw Filter.invalid("knows name, digest and context of datasets, not '" + clause.key() + "'");
        };
        Condition value = clause.textOrList(column);
        return new Condition("""
            exists (select 1 from registry.run_dataset i join registry.dataset d on d.dataset_id = i.dataset_id
                     where i.run_id = r.run_id and %s)\
            """.formatted(value.sql()), value.arguments());
    }

    private static Condition attribute(Clause clause) {
        String column = column(clause.key());
        if (column.endsWith("_at")) {
            return clause.instant(column);
        }
        return column.equals("r.run_id") ? clause.textOrList(column) : clause.text(column);
    }

    /** The sort keys of a caller, then the newest start, then the id. */
    static List<SortTerm> order(List<String> keys) {
        List<SortTerm> terms = new ArrayList<>();
        boolean start = false;
        for (SortKey key : SortKey.parse(keys)) {
            SortTerm term = term(key, "o" + terms.size());
            start |= term.expression().equals("r.start_at");
            terms.add(term);
        }
        if (!start) {
            terms.add(SortTerm.column("r.start_at", "timestamptz", true));
        }
        terms.add(SortTerm.column("r.run_id", "text", false));
        return terms;
    }

    private static SortTerm term(SortKey key, String alias) {
        return switch (entity(key.entity())) {
            case "metric" -> keyedTerm("registry.metric_latest", alias, "float8", key);
            case "param" -> keyedTerm("registry.run_param", alias, "text", key);
            case "tag" -> keyedTerm("registry.run_tag", alias, "text", key);
            case "dataset" -> throw SortKey.invalid("cannot hold a dataset");
            default -> {
                String column = column(key.key());
                String type = column.endsWith("_at") ? "timestamptz" : "text";
                yield new SortTerm(column, List.of(), type, key.descending(), column.equals("r.end_at"));
            }
        };
    }

    private static SortTerm keyedTerm(String table, String alias, String type, SortKey key) {
        Condition source = new Condition(
                table + " " + alias + " on " + alias + ".run_id = r.run_id and " + alias + ".key = ?",
                List.of(key.key()));
        return new SortTerm(alias + ".value", List.of(), type, key.descending(), true, source);
    }

    private static String entity(String word) {
        String entity = ENTITIES.get(word);
        if (entity == null) {
            throw Filter.invalid("knows metrics, params, tags, datasets and attributes, not '" + word + "'");
        }
        return entity;
    }

    private static String column(String key) {
        String column = ATTRIBUTES.get(key.toLowerCase(Locale.ROOT).replace(' ', '_'));
        if (column == null) {
            throw Filter.invalid("knows the attributes "
                    + String.join(", ", ATTRIBUTES.keySet().stream().sorted().toList()) + ", not '" + key + "'");
        }
        return column;
    }
}
