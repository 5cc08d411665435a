package io.millrace.pipeline.evaluation;

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
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Truth and scores of the frozen test rows, row by row.
 *
 * @param champion scores of the champion on the same rows; none when there is none
 */
@SuppressWarnings("ArrayRecordComponent")
public record Scores(double[] truth, double[] candidate, double @Nullable [] champion) {

    /** Writes one row a line: truth, candidate, and the champion's if there is one. */
    void write(Path file) {
        try (BufferedWriter out = new BufferedWriter(
                new OutputStreamWriter(new GZIPOutputStream(Files.newOutputStream(file)), StandardCharsets.US_ASCII))) {
            for (int i = 0; i < truth.length; i++) {
                out.write(Double.toString(truth[i]));
                out.write(',');
                out.write(Double.toString(candidate[i]));
                if (champion != null) {
                    out.write(',');
                    out.write(Double.toString(champion[i]));
                }
                out.write('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException("scores could not be written", e);
        }
    }

    /** Reads what {@link #write} wrote. */
    public static Scores read(Path file) {
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
        boolean compared = !rows.isEmpty() && rows.get(0).length > 2;
        return new Scores(column(rows, 0), column(rows, 1), compared ? column(rows, 2) : null);
    }

    private static double[] column(List<double[]> rows, int index) {
        return rows.stream().mapToDouble(row -> row[index]).toArray();
    }
}
