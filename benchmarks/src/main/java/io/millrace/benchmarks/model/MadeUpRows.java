package io.millrace.benchmarks.model;

import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.Rows;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Random rows of numbers from 0 to 1, and a truth that depends on them so crookedly that trees grow to their full depth.
 *
 * @param values one array for each row
 */
@SuppressWarnings("ArrayRecordComponent")
record MadeUpRows(double[][] values, boolean[] labels, double[] targets) {

    /** As many as the columns of the data of credit defaults that serving is measured with. */
    static final int WIDTH = 23;

    static final List<Column> COLUMNS = IntStream.range(0, WIDTH)
            .mapToObj(i -> Column.required("f" + i, ColumnType.FLOAT64))
            .toList();

    /** The same rows for the same seed. */
    static MadeUpRows of(int count, long seed) {
        Random random = new Random(seed);
        double[][] values = new double[count][];
        boolean[] labels = new boolean[count];
        double[] targets = new double[count];
        for (int row = 0; row < count; row++) {
            double[] value = random.doubles(WIDTH).toArray();
            double sum = random.nextGaussian() / 2;
            for (int i = 0; i + 1 < WIDTH; i++) {
                sum += Math.sin(7 * value[i] + i) * (value[i + 1] - 0.3);
            }
            values[row] = value;
            targets[row] = sum;
            labels[row] = sum > 0;
        }
        return new MadeUpRows(values, labels, targets);
    }

    /** Some of them as a batch. */
    Rows batch(int from, int to) {
        Rows.Builder rows = Rows.builder(COLUMNS);
        for (int row = from; row < to; row++) {
            for (int i = 0; i < WIDTH; i++) {
                rows.set(i, values[row][i]);
            }
            rows.end();
        }
        return rows.build();
    }
}
