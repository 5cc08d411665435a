package io.millrace.registry.loggedmodel;

import io.millrace.registry.loggedmodel.LoggedModelSearch.MeasuredOn;
import io.millrace.registry.loggedmodel.LoggedModelSearch.Order;
import io.millrace.registry.search.Clause;
import io.millrace.registry.search.Condition;
import io.millrace.registry.search.Filter;
import io.millrace.registry.search.SortKey;
import io.millrace.registry.search.SortTerm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the words of a search over logged models mean in SQL. */
final class LoggedModelFilter {

    private static final Map<String, String> COLUMNS = Map.ofEntries(
            Map.entry("name", "m.name"),
            Map.entry("model_id", "m.model_id"),
            Map.entry("model_type", "m.model_type"),
            Map.entry("status", "m.status"),
            Map.entry("source_run_id", "coalesce(m.source_run_id, '')"),
            Map.entry("experiment_id", "m.experiment_id::text"),
            Map.entry("creation_time", "m.created_at"),
            Map.entry("creation_timestamp", "m.created_at"),
            Map.entry("last_updated_time", "m.updated_at"),
            Map.entry("last_updated_timestamp", "m.updated_at"));

    private static final String MEASURED =
            "exists (select 1 from registry.logged_model_metric x where x.model_id = m.model_id";

    private LoggedModelFilter() {}

    static List<Condition> conditions(@Nullable String filter, List<MeasuredOn> datasets) {
        List<Clause> clauses = Filter.parse(filter);
        List<Condition> conditions = new ArrayList<>();
        clauses.forEach(clause -> conditions.add(condition(clause, datasets)));
        if (!datasets.isEmpty() && clauses.stream().noneMatch(LoggedModelFilter::ofMetric)) {
            List<@Nullable Object> arguments = new ArrayList<>();
            conditions.add(new Condition(MEASURED + onAny(datasets, arguments) + ")", arguments));
        }
        return conditions;
    }

    private static boolean ofMetric(Clause clause) {
        return clause.entity().equals("metric") || clause.entity().equals("metrics");
    }

    private static Condition condition(Clause clause, List<MeasuredOn> datasets) {
        return switch (clause.entity()) {
            case "metric", "metrics" -> metric(clause, datasets);
            case "param", "params" -> keyed("registry.logged_model_param", clause);
            case "tag", "tags" -> keyed("registry.logged_model_tag", clause);
            case "", "attribute", "attributes" -> {
                String column = column(clause.key());
                yield column.endsWith("_at") ? clause.instant(column) : clause.textOrList(column);
            }
            default ->
                throw Filter.invalid("knows metrics, params, tags and attributes, not '" + clause.entity() + "'");
        };
    }

    private static Condition metric(Clause clause, List<MeasuredOn> datasets) {
        Condition value = clause.numeric("x.value");
        List<@Nullable Object> arguments = new ArrayList<>();
        arguments.add(clause.key());
        arguments.addAll(value.arguments());
        return new Condition(
                MEASURED + " and x.key = ? and " + value.sql() + onAny(datasets, arguments) + ")", arguments);
    }

    private static String onAny(List<MeasuredOn> datasets, List<@Nullable Object> arguments) {
        return datasets.isEmpty()
                ? ""
                : datasets.stream().map(d -> on(d, arguments)).collect(Collectors.joining(" or ", " and (", ")"));
    }

    private static String on(MeasuredOn dataset, List<@Nullable Object> arguments) {
        arguments.add(dataset.name());
        if (dataset.digest().isEmpty()) {
            return "x.dataset_name = ?";
        }
        arguments.add(dataset.digest());
        return "(x.dataset_name = ? and x.dataset_digest = ?)";
    }

    private static Condition keyed(String table, Clause clause) {
        Condition value = clause.textOrList("p.value");
        List<@Nullable Object> arguments = new ArrayList<>();
        arguments.add(clause.key());
        arguments.addAll(value.arguments());
        return new Condition(
                "exists (select 1 from " + table + " p where p.model_id = m.model_id and p.key = ? and " + value.sql()
                        + ")",
                arguments);
    }

    static List<SortTerm> order(List<Order> orders) {
        List<SortTerm> terms = new ArrayList<>();
        for (Order order : orders) {
            SortKey key = SortKey.parse(List.of(order.field())).get(0);
            terms.add(term(key, order));
        }
        if (terms.isEmpty()) {
            terms.add(SortTerm.column("m.created_at", "timestamptz", true));
        }
        terms.add(SortTerm.column("m.model_id", "text", false));
        return terms;
    }

    private static SortTerm term(SortKey key, Order order) {
        boolean descending = !order.ascending();
        if (key.entity().equals("metric") || key.entity().equals("metrics")) {
            List<Object> arguments = new ArrayList<>();
            arguments.add(key.key());
            String dataset = "";
            if (!order.dataset().name().isEmpty()) {
                dataset = " and x.dataset_name = ? and (? = '' or x.dataset_digest = ?)";
                arguments.addAll(List.of(
                        order.dataset().name(),
                        order.dataset().digest(),
                        order.dataset().digest()));
            }
            return new SortTerm(
                    "(select x.value from registry.logged_model_metric x where x.model_id = m.model_id and x.key = ?"
                            + dataset + " order by x.recorded_ms desc, x.step desc, x.value desc limit 1)",
                    arguments,
                    "float8",
                    descending,
                    true);
        }
        String column = column(key.key());
        return SortTerm.column(column, column.endsWith("_at") ? "timestamptz" : "text", descending);
    }

    private static String column(String key) {
        String column = COLUMNS.get(key);
        if (column == null) {
            throw Filter.invalid("knows the attributes "
                    + String.join(", ", COLUMNS.keySet().stream().sorted().toList()) + ", not '" + key + "'");
        }
        return column;
    }
}
