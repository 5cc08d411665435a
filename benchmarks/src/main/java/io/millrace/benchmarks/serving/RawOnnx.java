package io.millrace.benchmarks.serving;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** ONNX Runtime called from Java with nothing around it: one session, one thread for a run, a tensor that is there already. */
final class RawOnnx {

    private RawOnnx() {}

    /**
     * What it does.
     *
     * @param cpuMicros processor time of one run
     */
    record Speed(double perSecond, double cpuMicros) {}

    private record Done(long runs, long cpuNanos) {}

    /** Runs the batch again and again on as many threads. */
    static Speed measure(byte[] model, byte[] batch, int features, int threads, double seconds) throws Exception {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            try (OrtSession session = environment.createSession(model, options)) {
                List<Future<Done>> running = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    Callable<Done> caller = () -> repeat(environment, session, batch, features, seconds);
                    running.add(pool.submit(caller));
                }
                long runs = 0;
                long cpu = 0;
                for (Future<Done> each : running) {
                    runs += each.get().runs();
                    cpu += each.get().cpuNanos();
                }
                return new Speed(runs / seconds, cpu / 1e3 / runs);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static Done repeat(
            OrtEnvironment environment, OrtSession session, byte[] batch, int features, double seconds)
            throws OrtException {
        FloatBuffer values = ByteBuffer.allocateDirect(batch.length)
                .put(batch)
                .flip()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        long[] shape = {values.capacity() / features, features};
        String input = session.getInputNames().iterator().next();
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long runs = 0;
        double sum = 0;
        try (OnnxTensor tensor = OnnxTensor.createTensor(environment, values, shape)) {
            while (System.nanoTime() < end) {
                try (OrtSession.Result result = session.run(Map.of(input, tensor), Set.of("probabilities"))) {
                    FloatBuffer read = ((OnnxTensor) result.get(0)).getFloatBuffer();
                    sum += read.get(read.remaining() - 1);
                    runs++;
                }
            }
        }
        if (!(sum > 0)) {
            throw new IllegalStateException("the model gives no probabilities");
        }
        return new Done(runs, ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu);
    }
}
