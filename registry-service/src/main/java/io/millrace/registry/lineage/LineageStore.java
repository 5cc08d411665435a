package io.millrace.registry.lineage;

import io.millrace.common.error.StoreFailure;
import io.millrace.registry.access.Access;
import io.millrace.registry.access.Level;
import io.millrace.registry.lineage.LineageGraph.Edge;
import io.millrace.registry.lineage.LineageGraph.Node;
import io.millrace.registry.lineage.LineageGraph.Ref;
import io.millrace.registry.lineage.LineageQueries.EdgeQuery;
import io.millrace.registry.search.Condition;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.sql.DataSource;

@ApplicationScoped
class LineageStore {

    /** Titles and times of what the registry itself keeps; the rest is called by its id. */
    private static final Map<String, String> DESCRIBE = Map.of(
            "version",
            """
            select v.model || '/' || v.version as id, v.model || ' version ' || v.version as title, v.created_at as at,
                   v.model as owner
              from registry.model_version v
             where (v.model || '/' || v.version) = any (?)
               and v.model in (select regexp_replace(x, '/[0-9]{1,9}$', '') from unnest(?::text[]) x)
            """,
            "run",
            "select run_id as id, name as title, start_at as at, experiment_id as owner from registry.run where run_id = any (?) and run_id = any (?::text[])",
            "logged-model",
            "select model_id as id, name as title, created_at as at, experiment_id as owner from registry.logged_model where model_id = any (?) and model_id = any (?::text[])",
            "dataset",
            """
            select name || '@' || digest as id, name as title, null::timestamptz as at, experiment_id as owner
              from registry.dataset
             where name || '@' || digest = any (?)
               and name in (select regexp_replace(x, '@[^@]*$', '') from unnest(?::text[]) x)
            """,
            "alias",
            """
            select model || '@' || alias as id, model || '@' || alias as title, updated_at as at, model as owner
              from registry.alias
             where model || '@' || alias = any (?)
               and model in (select split_part(x, '@', 1) from unnest(?::text[]) x)
            """);

    /** Whose access counts for things of a kind: the experiment, or the model, that they are part of. */
    private static final Map<String, String> OWNERS = Map.of(
            "version", "select i as id, regexp_replace(i, '/[0-9]{1,9}$', '') as owner from unnest(?::text[]) i",
            "alias", "select i as id, split_part(i, '@', 1) as owner from unnest(?::text[]) i",
            "run", "select run_id as id, experiment_id as owner from registry.run where run_id = any (?::text[])",
            "logged-model",
                    "select model_id as id, experiment_id as owner from registry.logged_model where model_id = any (?::text[])");

    private final DataSource dataSource;
    private final Access access;

    LineageStore(DataSource dataSource, Access access) {
        this.dataSource = dataSource;
        this.access = access;
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
            Set<Ref> hidden = hidden(connection, edges);
            edges.removeIf(edge -> hidden.contains(edge.from()) || hidden.contains(edge.to()));
            return edges;
        } catch (SQLException e) {
            throw StoreFailure.of("read lineage", e);
        }
    }

    /** Ends of edges that the caller may not see. */
    private Set<Ref> hidden(Connection connection, List<Edge> edges) throws SQLException {
        Set<Ref> hidden = new HashSet<>();
        if (!access.bound()) {
            return hidden;
        }
        List<Ref> ends = edges.stream()
                .flatMap(edge -> Stream.of(edge.from(), edge.to()))
                .distinct()
                .toList();
        for (Map.Entry<String, List<String>> kind : byKind(ends).entrySet()) {
            Optional<Condition> seen = seen(kind.getKey());
            if (seen.isEmpty()) {
                continue;
            }
            String sql = "select x.id from (" + OWNERS.get(kind.getKey()) + ") x where not ("
                    + seen.get().sql() + ")";
            try (var statement = connection.prepareStatement(sql)) {
                statement.setArray(
                        1, connection.createArrayOf("text", kind.getValue().toArray()));
                seen.get().bind(2, statement::setObject);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        hidden.add(new Ref(kind.getKey(), row.getString(1)));
                    }
                }
            }
        }
        return hidden;
    }

    /** The condition on the owner of things of a kind; none when nobody owns them. */
    private Optional<Condition> seen(String kind) {
        return switch (kind) {
            case "version", "alias" -> Optional.of(access.models("x.owner", Level.READ));
            case "run", "logged-model" -> Optional.of(access.experiments("x.owner", Level.READ));
            default -> Optional.empty();
        };
    }

    /** Whether the registry keeps such a thing itself, for the caller to see. */
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
                String describe = DESCRIBE.get(kind.getKey());
                if (describe == null) {
                    continue;
                }
                Condition seen =
                        kind.getKey().equals("version") || kind.getKey().equals("alias")
                                ? access.models("x.owner", Level.READ)
                                : access.experiments("x.owner", Level.READ);
                String sql = "select x.id, x.title, x.at from (" + describe + ") x where " + seen.sql();
                try (var statement = connection.prepareStatement(sql)) {
                    var ids = connection.createArrayOf("text", kind.getValue().toArray());
                    statement.setArray(1, ids);
                    statement.setArray(2, ids);
                    seen.bind(3, statement::setObject);
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
