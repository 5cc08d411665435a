package io.millrace.pipeline.evaluation;

import io.millrace.statistics.metric.Metric;
import io.millrace.statistics.metric.MulticlassMetrics;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Truth and scores of the frozen test rows, row by row.
 *
 * @param truth the target; 0 or 1; or the number of the class, with more than two
 * @param candidate one score a row; with more than two classes a probability of each class, row-major
 * @param champion the same of the champion on the same rows; none when there is none
 */
@SuppressWarnings("ArrayRecordComponent")
public record Scores(double[] truth, double[] candidate, double @Nullable [] champion) {

    /** A class with fewer rows than this could be missing from a resample, which then has no metric. */
    private static final int RARE = 50;

    /** Scores of each row: 1, or the number of classes. */
    public int width() {
        return truth.length == 0 ? 1 : candidate.length / truth.length;
    }

    /** A metric of either model's scores over all rows; NaN when it is not defined on them. */
    public double measure(Metric metric, double[] scores) {
        return measure(metric, truth, scores, width());
    }

    /** A metric over rows of {@code width} scores; with more than one, the macro averages of {@link MulticlassMetrics}. */
    public static double measure(Metric metric, double[] truth, double[] scores, int width) {
        return width == 1 ? metric.compute(truth, scores) : MulticlassMetrics.compute(metric, truth, scores, width);
    }

    /** The same over some rows, which may repeat. */
    public double measure(Metric metric, double[] scores, int[] rows) {
        int width = width();
        double[] labels = new double[rows.length];
        double[] picked = new double[rows.length * width];
        for (int i = 0; i < rows.length; i++) {
            labels[i] = truth[rows[i]];
            System.arraycopy(scores, rows[i] * width, picked, i * width, width);
        }
        return measure(metric, labels, picked, width);
    }

    /**
     * Whether a classifier's resamples must keep the number of rows of each class. Only for a rare class: kept in every
     * resample, the shares of the classes would count as known, and an interval of a metric that depends on them, such as
     * the log loss, would be too narrow.
     */
    public boolean hasRareClass() {
        double[] sorted = truth.clone();
        Arrays.sort(sorted);
        int from = 0;
        for (int i = 1; i <= sorted.length; i++) {
            if (i == sorted.length || sorted[i] != sorted[from]) {
                if (i - from < RARE) {
                    return true;
                }
                from = i;
            }
        }
        return false;
    }

    /** Writes one row a line: truth, candidate, and the champion's if there is one. */
    void write(Path file) {
        try (BufferedWriter out = new BufferedWriter(
                new OutputStreamWriter(new GZIPOutputStream(Files.newOutputStream(file)), StandardCharsets.US_ASCII))) {
            for (int i = 0; i < truth.length; i++) {
                out.write(Double.toString(truth[i]));
                append(out, candidate, i);
                if (champion != null) {
                    append(out, champion, i);
                }
                out.write('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException("scores could not be written", e);
        }
    }

    private void append(BufferedWriter out, double[] scores, int row) throws IOException {
        int width = width();
        for (int k = row * width; k < (row + 1) * width; k++) {
            out.write(',');
            out.write(Double.toString(scores[k]));
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param width scores of each row: 1, or the number of classes
     */
    public static Scores read(Path file, int width) {
        List<double[]> rows = new ArrayList<>();
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.US_ASCII))) {
            String line;
            while ((line = in.readLine()) != null) {
                String[] parts = line.split(",", -1);
                double[] row = new double[parts.length];
                for (int i = 0; i < parts.length; i++) {
                    row[i] = Double.parseDouble(parts[i]);
                }
                rows.add(row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("scores could not be read", e);
        }
        boolean compared = !rows.isEmpty() && rows.get(0).length > 1 + width;
        return new Scores(
                columns(rows, 0, 1), columns(rows, 1, width), compared ? columns(rows, 1 + width, width) : null);
    }

    private static double[] columns(List<double[]> rows, int from, int width) {
        double[] values = new double[rows.size() * width];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(rows.get(i), from, values, i * width, width);
        }
        return values;
    }
}
