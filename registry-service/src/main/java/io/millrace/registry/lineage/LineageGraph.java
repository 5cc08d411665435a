package io.millrace.registry.lineage;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of the lineage.
 *
 * @param nodes the root first, then by distance
 * @param truncated whether there is more beyond the limits of depth and size
 */
public record LineageGraph(Ref root, List<Node> nodes, List<Edge> edges, boolean truncated) {

    /**
     * Names a thing.
     *
     * @param kind version, run, dataset, logged-model, data (a snapshot of a pipeline), pipeline-run, commit or alias
     * @param id {@code model/7} for a version, {@code model@alias} for an alias, {@code name@digest} for a data set
     */
    public record Ref(String kind, String id) {}

    /** A thing with what people call it, and when it was made, where the registry knows that. */
    public record Node(
            String kind,
            String id,
            String title,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Instant at) {}

    /** {@code from} was made of, by or with {@code to}. */
    public record Edge(Ref from, Ref to, String relation) {}
}
