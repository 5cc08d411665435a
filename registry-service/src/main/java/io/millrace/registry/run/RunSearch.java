package io.millrace.registry.run;

import java.util.ArrayList;
import java.util.List;

/**
 * A search over runs.
 *
 * @param stages lifecycle stages to look at
 * @param filter conditions that all must hold
 * @param order keys to sort by; the newest start, then the id, decide where they leave a tie
 * @param offset rows to leave out; a search sorted by metrics has no key that one could continue from
 */
public record RunSearch(
        List<String> experimentIds,
        List<String> stages,
        List<RunFilter.Condition> filter,
        List<RunFilter.Order> order,
        int limit,
        int offset) {

    /** The end of a SELECT over runs, with its arguments in order. */
    record Statement(String sql, List<Object> arguments) {}

    Statement statement() {
        List<Object> arguments = new ArrayList<>();
        arguments.add(experimentIds.stream().map(Long::valueOf).toList());
        arguments.add(stages);
        StringBuilder sql = new StringBuilder(" where r.experiment_id = any (?) and r.lifecycle_stage = any (?)");
        for (RunFilter.Condition condition : filter) {
            sql.append(" and ").append(condition.sql());
            arguments.addAll(condition.arguments());
        }
        sql.append(" order by ");
        for (RunFilter.Order by : order) {
            sql.append(by.sql()).append(", ");
            arguments.addAll(by.arguments());
        }
        sql.append("r.start_at desc, r.run_id limit ? offset ?");
        arguments.add(limit);
        arguments.add(offset);
        return new Statement(sql.toString(), arguments);
    }
}
