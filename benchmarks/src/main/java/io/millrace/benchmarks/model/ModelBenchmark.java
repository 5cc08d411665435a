package io.millrace.benchmarks.model;

import io.millrace.benchmarks.model.Scorer.Scoring;
import io.millrace.runtime.spi.Rows;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Time to score one row, and 1,000 rows together, with each {@link Form}. JMH makes a class below this one. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx512m")
public class ModelBenchmark {

    private static final int BATCH = 1_000;
    /** Another row for each call: with few of them the processor would know beforehand where each one goes in the trees. */
    private static final int POOL = 4 * BATCH;

    private static final long SEED = 12;

    @Param
    private Form form = Form.FOREST_COMPILED;

    private Scoring[] rows = {};
    private Scoring[] batches = {};
    private int row;
    private int batch;

    /** @param arguments of JMH's own command line; without any, all forms are timed by the settings above */
    public static void main(String[] arguments) throws IOException {
        org.openjdk.jmh.Main.main(arguments);
    }

    /** Makes the model, and stops when an answer is wrong: each row alone and each batch is compared. */
    @Setup
    public void prepare() throws IOException {
        Subject subject = form.make();
        MadeUpRows pool = MadeUpRows.of(POOL, SEED);
        rows = new Scoring[POOL];
        batches = new Scoring[POOL / BATCH];
        for (int i = 0; i < batches.length; i++) {
            Rows together = pool.batch(i * BATCH, (i + 1) * BATCH);
            batches[i] = subject.timed().of(together);
            double[] expected = subject.truth().of(together).run();
            subject.check(batches[i].run(), expected);
            int outputs = expected.length / BATCH;
            for (int j = 0; j < BATCH; j++) {
                int at = i * BATCH + j;
                rows[at] = subject.timed().of(pool.batch(at, at + 1));
                subject.check(rows[at].run(), Arrays.copyOfRange(expected, j * outputs, (j + 1) * outputs));
            }
        }
    }

    @Benchmark
    public double[] row() {
        row = (row + 1) % rows.length;
        return rows[row].run();
    }

    @Benchmark
    public double[] batch() {
        batch = (batch + 1) % batches.length;
        return batches[batch].run();
    }
}
