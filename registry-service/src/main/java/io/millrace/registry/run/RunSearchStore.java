package io.millrace.registry.run;

import io.millrace.common.error.StoreFailure;
import io.millrace.common.http.Page;
import io.millrace.registry.access.Access;
import io.millrace.registry.access.Level;
import io.millrace.registry.search.Condition;
import io.millrace.registry.search.Keyset;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

/** Finds runs, however many there are. */
@ApplicationScoped
class RunSearchStore {

    private static final int MAX_PARTS = 20;

    private final DataSource dataSource;
    private final Access access;

    RunSearchStore(DataSource dataSource, Access access) {
        this.dataSource = dataSource;
        this.access = access;
    }

    /** One page, each run with its data; four or five statements however many runs. */
    Page<Run> search(RunSearch search) {
        Keyset keys = new Keyset(RunFilter.order(search.order()));
        List<Condition> conditions = new ArrayList<>();
        conditions.add(new Condition("r.lifecycle_stage = any (?)", List.of((Object) search.stages())));
        conditions.add(access.experiments("r.experiment_id", Level.READ));
        conditions.addAll(RunFilter.conditions(search.filter()));
        List<Condition> experiments = experiments(search.experimentIds());
        List<Found> found = new ArrayList<>();
        try (Connection connection = dataSource.getConnection()) {
            for (Keyset part : keys.parts(search.pageToken())) {
                // One more than asked for tells whether a page follows.
                int missing = search.limit() + 1 - found.size();
                if (missing > 0) {
                    List<Condition> all = new ArrayList<>(conditions);
                    all.add(part.after(search.pageToken()));
                    found.addAll(read(connection, statement(part, experiments, all, missing), part.size()));
                }
            }
            boolean more = found.size() > search.limit();
            List<Found> page = more ? found.subList(0, search.limit()) : found;
            String next = more ? keys.token(page.get(page.size() - 1).keys()) : null;
            return new Page<>(
                    RunDataStore.withData(
                            connection, page.stream().map(Found::run).toList()),
                    next);
        } catch (SQLException e) {
            throw StoreFailure.of("search runs", e);
        }
    }

    /** A run and the text of its sort keys. */
    private record Found(Run run, List<@Nullable String> keys) {}

    private static Condition statement(Keyset keys, List<Condition> experiments, List<Condition> conditions, int rows) {
        String limit = keys.orderBy() + " limit " + rows;
        String tail = " and " + conditions.stream().map(Condition::sql).collect(Collectors.joining(" and ")) + limit;
        Condition join = keys.join();
        // The keys themselves are of use only to bring the parts together.
        String raw = experiments.size() == 1 ? "" : ", s.*";
        List<@Nullable Object> arguments = new ArrayList<>();
        List<String> parts = new ArrayList<>();
        for (Condition some : experiments) {
            parts.add(RunDataStore.COLUMNS + keys.columns() + raw + RunDataStore.FROM + join.sql() + " where "
                    + some.sql() + tail);
            arguments.addAll(join.arguments());
            arguments.addAll(some.arguments());
            conditions.forEach(c -> arguments.addAll(c.arguments()));
        }
        String sql = parts.size() == 1
                ? parts.get(0)
                : "select s.* from ((" + String.join(") union all (", parts) + ")) s" + limit;
        return new Condition(sql, arguments);
    }

    private static List<Found> read(Connection connection, Condition select, int keys) throws SQLException {
        try (var statement = connection.prepareStatement(select.sql())) {
            // Planned each time for its values: a plan for the average experiment sorts all runs of a large one.
            statement.unwrap(PGStatement.class).setPrepareThreshold(0);
            RunDataStore.bind(connection, statement, select.arguments());
            List<Found> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    List<@Nullable String> values = new ArrayList<>(keys);
                    for (int i = 0; i < keys; i++) {
                        values.add(row.getString(Keyset.column(i)));
                    }
                    found.add(new Found(RunDataStore.read(row), values));
                }
            }
            return found;
        }
    }

    /** Each experiment gives its own first rows in the order of an index; many of them are read together. */
    private static List<Condition> experiments(List<String> ids) {
        List<Long> numbers = ids.stream().map(Long::valueOf).distinct().toList();
        if (numbers.isEmpty() || numbers.size() > MAX_PARTS) {
            return List.of(new Condition("r.experiment_id = any (?)", List.of((Object) numbers)));
        }
        return numbers.stream()
                .map(id -> new Condition("r.experiment_id = ?", List.of(id)))
                .toList();
    }
}
