package io.millrace.registry.lineage;

import io.millrace.common.error.PlatformException;
import io.millrace.registry.lineage.LineageGraph.Edge;
import io.millrace.registry.lineage.LineageGraph.Node;
import io.millrace.registry.lineage.LineageGraph.Ref;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Walks the lineage level by level; each level is a few queries, however many things are on it. */
@ApplicationScoped
public class LineageService {

    private static final int MAX_NODES = 1000;

    private final LineageStore store;

    LineageService(LineageStore store) {
        this.store = store;
    }

    @Transactional
    LineageGraph around(Ref root, Direction direction, int depth) {
        if (!LineageQueries.KINDS.contains(root.kind())) {
            throw PlatformException.invalid("/kind", "must be one of " + String.join(", ", LineageQueries.KINDS));
        }
        Map<Ref, Integer> distances = new LinkedHashMap<>();
        distances.put(root, 0);
        Set<Edge> edges = new LinkedHashSet<>();
        boolean truncated = false;
        if (direction != Direction.DOWN) {
            truncated = walk(root, true, depth, distances, edges);
        }
        if (direction != Direction.UP) {
            truncated |= walk(root, false, depth, distances, edges);
        }
        List<Node> nodes = store.describe(List.copyOf(distances.keySet()));
        if (edges.isEmpty() && !store.exists(root)) {
            throw PlatformException.notFound(root.kind(), root.id());
        }
        return new LineageGraph(root, nodes, List.copyOf(edges), truncated);
    }

    private boolean walk(Ref root, boolean up, int depth, Map<Ref, Integer> distances, Set<Edge> edges) {
        List<Ref> level = List.of(root);
        for (int distance = 1; distance <= depth && !level.isEmpty(); distance++) {
            List<Ref> next = new ArrayList<>();
            for (Edge edge : store.edges(level, up, MAX_NODES)) {
                Ref reached = up ? edge.to() : edge.from();
                boolean known = distances.containsKey(reached);
                if (!known && distances.size() >= MAX_NODES) {
                    return true;
                }
                edges.add(edge);
                if (!known) {
                    distances.put(reached, distance);
                    next.add(reached);
                }
            }
            level = next;
        }
        return !level.isEmpty() && !store.edges(level, up, 1).isEmpty();
    }
}
