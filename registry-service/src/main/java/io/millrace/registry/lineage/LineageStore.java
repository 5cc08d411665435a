package io.millrace.registry.lineage;

import io.millrace.common.error.StoreFailure;
import io.millrace.registry.lineage.LineageGraph.Edge;
import io.millrace.registry.lineage.LineageGraph.Node;
import io.millrace.registry.lineage.LineageGraph.Ref;
import io.millrace.registry.lineage.LineageQueries.EdgeQuery;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

@ApplicationScoped
class LineageStore {

    /** Titles and times of what the registry itself keeps; the rest is called by its id. */
    private static final Map<String, String> DESCRIBE = Map.of(
            "version",
            """
            select v.model || '/' || v.version, v.model || ' version ' || v.version, v.created_at
              from registry.model_version v
             where (v.model || '/' || v.version) = any (?)
               and v.model in (select regexp_replace(x, '/[0-9]{1,9}$', '') from unnest(?::text[]) x)
            """,
            "run",
            "select run_id, name, start_at from registry.run where run_id = any (?) and run_id = any (?::text[])",
            "logged-model",
            "select model_id, name, created_at from registry.logged_model where model_id = any (?) and model_id = any (?::text[])",
            "dataset",
            """
            select name || '@' || digest, name, null::timestamptz
              from registry.dataset
             where name || '@' || digest = any (?)
               and name in (select regexp_replace(x, '@[^@]*$', '') from unnest(?::text[]) x)
            """,
            "alias",
            """
            select model || '@' || alias, model || '@' || alias, updated_at
              from registry.alias
             where model || '@' || alias = any (?)
               and model in (select split_part(x, '@', 1) from unnest(?::text[]) x)
            """);

    private final DataSource dataSource;

    LineageStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Edges that leave (up) or reach (down) some things, at most {@code limit} of each kind. */
    List<Edge> edges(List<Ref> things, boolean up, int limit) {
        Map<String, List<String>> byKind = byKind(things);
        List<Edge> edges = new ArrayList<>();
        try (Connection connection = dataSource.getConnection()) {
            for (EdgeQuery query : LineageQueries.EDGES) {
                List<String> ids = byKind.get(up ? query.from() : query.to());
                if (ids == null) {
                    continue;
                }
                String sql = query.select() + (up ? query.fromIn() : query.toIn()) + " limit " + limit;
                try (var statement = connection.prepareStatement(sql)) {
                    statement.setArray(1, connection.createArrayOf("text", ids.toArray()));
                    try (ResultSet row = statement.executeQuery()) {
                        while (row.next()) {
                            edges.add(new Edge(
                                    new Ref(query.from(), row.getString(1)),
                                    new Ref(query.to(), row.getString(2)),
                                    query.relation()));
                        }
                    }
                }
            }
            return edges;
        } catch (SQLException e) {
            throw StoreFailure.of("read lineage", e);
        }
    }

    /** Whether the registry keeps such a thing itself. */
    boolean exists(Ref thing) {
        return DESCRIBE.containsKey(thing.kind())
                && !known(Map.of(thing.kind(), List.of(thing.id()))).isEmpty();
    }

    /** The things with their titles, in the given order. */
    List<Node> describe(List<Ref> things) {
        Map<Ref, Node> known = known(byKind(things));
        return things.stream()
                .map(thing -> known.getOrDefault(thing, new Node(thing.kind(), thing.id(), thing.id(), null)))
                .toList();
    }

    private Map<Ref, Node> known(Map<String, List<String>> byKind) {
        Map<Ref, Node> known = new HashMap<>();
        try (Connection connection = dataSource.getConnection()) {
            for (Map.Entry<String, List<String>> kind : byKind.entrySet()) {
                String sql = DESCRIBE.get(kind.getKey());
                if (sql == null) {
                    continue;
                }
                try (var statement = connection.prepareStatement(sql)) {
                    var ids = connection.createArrayOf("text", kind.getValue().toArray());
                    statement.setArray(1, ids);
                    statement.setArray(2, ids);
                    try (ResultSet row = statement.executeQuery()) {
                        while (row.next()) {
                            OffsetDateTime at = row.getObject(3, OffsetDateTime.class);
                            known.put(
                                    new Ref(kind.getKey(), row.getString(1)),
                                    new Node(
                                            kind.getKey(),
                                            row.getString(1),
                                            row.getString(2),
                                            at == null ? null : at.toInstant()));
                        }
                    }
                }
            }
            return known;
        } catch (SQLException e) {
            throw StoreFailure.of("read lineage", e);
        }
    }

    private static Map<String, List<String>> byKind(List<Ref> things) {
        Map<String, List<String>> byKind = new HashMap<>();
        things.forEach(
                t -> byKind.computeIfAbsent(t.kind(), k -> new ArrayList<>()).add(t.id()));
        return byKind;
    }
}
