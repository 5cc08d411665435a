package io.millrace.runtime.onnx;

import io.millrace.runtime.onnx.trees.OnnxTrees;
import io.millrace.runtime.spi.Rows;
import java.util.Map;
import java.util.Set;

/** Walks trees in the calling thread. */
final class TreeRunner implements Runner {

    private final OnnxTrees trees;
    private final Feeder.Matrix matrix;
    private final Set<String> requested;

    TreeRunner(OnnxTrees trees, Feeder.Matrix matrix, Set<String> requested) {
        this.trees = trees;
        this.matrix = matrix;
        this.requested = requested;
    }

    @Override
    public int maxBatch() {
        return Integer.MAX_VALUE;
    }

    @Override
    public Map<String, Object> run(Rows rows) {
        return trees.run(matrix.of(rows), rows.size(), requested);
    }

    @Override
    public long memoryBytes() {
        return trees.memoryBytes();
    }

    @Override
    public void close() {
        // Nothing but memory.
    }
}
