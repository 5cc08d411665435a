package io.millrace.registry.run;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads runs: first their own rows, then the data of many together. */
final class RunDataStore {

    /** A run's place, asked for beside it and not by a join: searches are planned each time, and each join costs there. */
    static final String ARTIFACT_LOCATION =
            "(select e.artifact_location from registry.experiment e where e.experiment_id = r.experiment_id)";

    static final String COLUMNS = """
            select r.run_id, r.experiment_id, r.name, r.status, r.user_id, r.start_at, r.end_at, r.lifecycle_stage,
                   r.caused_by, %s as artifact_location\
            """.formatted(ARTIFACT_LOCATION);

    static final String FROM = " from registry.run r";

    private static final String PARAMS = data("run_param", "t.key, t.value");

    private static final String TAGS = data("run_tag", "t.key, t.value");

    private static final String LATEST = data("metric_latest", "t.key, t.value, t.step, t.recorded_ms");

    private RunDataStore() {}

    /** Rows name the place of their run in the list: an id in each would be the larger part of what is sent. */
    private static String data(String table, String columns) {
        return "select n.place::int, " + columns
                + " from unnest(?::text[]) with ordinality as n (id, place) join registry." + table
                + " t on t.run_id = n.id";
    }

    static void bind(Connection connection, PreparedStatement statement, List<? extends @Nullable Object> arguments)
            throws SQLException {
        for (int i = 0; i < arguments.size(); i++) {
            Object argument = arguments.get(i);
            if (argument instanceof List<?> list) {
                String type = list.isEmpty() || list.get(0) instanceof Long ? "bigint" : "text";
                statement.setArray(i + 1, connection.createArrayOf(type, list.toArray()));
            } else {
                statement.setObject(i + 1, argument);
            }
        }
    }

    static Run read(ResultSet row) throws SQLException {
        OffsetDateTime end = row.getObject("end_at", OffsetDateTime.class);
        String id = row.getString("run_id");
        return new Run(
                id,
                Long.toString(row.getLong("experiment_id")),
                row.getString("name"),
                RunStatus.valueOf(row.getString("status")),
                row.getString("user_id"),
                row.getObject("start_at", OffsetDateTime.class).toInstant(),
                end == null ? null : end.toInstant(),
                row.getString("lifecycle_stage"),
                row.getString("caused_by"),
                row.getString("artifact_location") + "/" + id + "/artifacts",
                Map.of(),
                Map.of(),
                List.of());
    }

    /** The runs with their parameters, tags and last metrics, each sorted by its key. */
    static List<Run> withData(Connection connection, List<Run> runs) throws SQLException {
        if (runs.isEmpty()) {
            return runs;
        }
        String[] ids = runs.stream().map(Run::runId).toArray(String[]::new);
        List<Map<String, String>> params = pairs(connection, PARAMS, ids);
        List<Map<String, String>> tags = pairs(connection, TAGS, ids);
        List<List<Metric>> metrics = metrics(connection, ids);
        return IntStream.range(0, ids.length)
                .mapToObj(i -> withData(runs.get(i), params.get(i), tags.get(i), metrics.get(i)))
                .toList();
    }

    private static Run withData(Run run, Map<String, String> params, Map<String, String> tags, List<Metric> metrics) {
        return new Run(
                run.runId(),
                run.experimentId(),
                run.name(),
                run.status(),
                run.userId(),
                run.startAt(),
                run.endAt(),
                run.lifecycleStage(),
                run.causedBy(),
                run.artifactUri(),
                params,
                tags,
                metrics);
    }

    private static List<List<Metric>> metrics(Connection connection, String[] ids) throws SQLException {
        List<List<Metric>> metrics = places(ids.length, ArrayList::new);
        try (var statement = connection.prepareStatement(LATEST)) {
            statement.setArray(1, connection.createArrayOf("text", ids));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    metrics.get(row.getInt(1) - 1)
                            .add(new Metric(row.getString(2), row.getDouble(3), row.getLong(4), row.getLong(5)));
                }
            }
        }
        metrics.forEach(m -> m.sort(Comparator.comparing(Metric::key)));
        return metrics;
    }

    private static List<Map<String, String>> pairs(Connection connection, String sql, String[] ids)
            throws SQLException {
        List<Map<String, String>> pairs = places(ids.length, TreeMap::new);
        try (var statement = connection.prepareStatement(sql)) {
            statement.setArray(1, connection.createArrayOf("text", ids));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    pairs.get(row.getInt(1) - 1).put(row.getString(2), row.getString(3));
                }
            }
        }
        return pairs;
    }

    private static <T> List<T> places(int count, Supplier<T> empty) {
        return Stream.generate(empty).limit(count).toList();
    }
}
