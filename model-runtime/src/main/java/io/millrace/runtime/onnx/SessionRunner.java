package io.millrace.runtime.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.millrace.runtime.onnx.trees.OnnxTrees;
import io.millrace.runtime.spi.Rows;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;

/** A session of ONNX Runtime. */
final class SessionRunner implements Runner {

    /** Session, thread pool and arena of a small model, measured as the growth of the process. */
    private static final long SESSION_BYTES = 2L << 20;

    private final OrtSession session;
    private final Feeder feeder;
    private final Set<String> requested;
    private final long bytes;

    SessionRunner(OrtSession session, Feeder feeder, Set<String> requested, long bytes) {
        this.session = session;
        this.feeder = feeder;
        this.requested = requested;
        this.bytes = bytes;
    }

    @Override
    public int maxBatch() {
        return feeder.maxBatch();
    }

    @Override
    public Map<String, Object> run(Rows rows) throws OrtException {
        try (Feeder.Feed feed = feeder.feed(rows);
                OrtSession.Result result = session.run(feed.tensors(), requested)) {
            return OutputReader.values(result, requested, rows.size());
        }
    }

    /** The trees instead, when they answer as the session does. */
    Runner orElse(OnnxTrees trees) throws OrtException {
        Feeder.Matrix matrix = feeder.matrix().orElse(null);
        if (matrix == null || matrix.width() != trees.width() || feeder.maxBatch() == 1 || !agrees(trees)) {
            return this;
        }
        close();
        return new TreeRunner(trees, matrix, requested);
    }

    private boolean agrees(OnnxTrees trees) throws OrtException {
        double[] probes = trees.probes();
        int rows = probes.length / trees.width();
        FloatBuffer floats = FloatBuffer.allocate(probes.length);
        for (double probe : probes) {
            floats.put((float) probe);
        }
        try (OnnxTensor tensor = OnnxTensor.createTensor(
                        OrtEnvironment.getEnvironment(), floats.flip(), new long[] {rows, trees.width()});
                OrtSession.Result result = session.run(Map.of(trees.input(), tensor), requested)) {
            return trees.agrees(OutputReader.values(result, requested, rows));
        }
    }

    @Override
    public long memoryBytes() {
        return SESSION_BYTES + bytes;
    }

    @Override
    public void close() {
        close(session);
    }

    static void close(OrtSession session) {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime did not close a session", e);
        }
    }
}
