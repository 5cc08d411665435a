package io.millrace.runtime.tree;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.Task;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Models that the real libraries trained, with their answers; src/test/python/make_fixtures.py made them. */
public final class Fixtures {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path FOLDER = Path.of("src/test/resources/models");

    /** What a folder declares for the models that read {@code country}. */
    public static final List<Column> INPUTS = List.of(
            Column.required("amount", ColumnType.FLOAT64),
            Column.optional("age", ColumnType.FLOAT64),
            Column.optional("ratio", ColumnType.FLOAT64),
            Column.required("visits", ColumnType.FLOAT64),
            Column.required("score", ColumnType.FLOAT64),
            Column.optional("country", ColumnType.STRING));

    private final String library;
    private final Map<String, double[][]> predictions;

    /** @param prediction the library's answers by model and row, one number for each output */
    private record Expected(String library, Map<String, double[][]> predictions) {}

    public Fixtures(String library) {
        this.library = library;
        this.predictions = read(library + "/expected.json", new TypeReference<Expected>() {})
                .predictions();
    }

    private static <T> T read(String name, TypeReference<T> type) {
        try (InputStream in = Files.newInputStream(FOLDER.resolve(name))) {
            return JSON.readValue(in, type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public List<String> names() {
        return predictions.keySet().stream().sorted().toList();
    }

    public Path file(String name) {
        return FOLDER.resolve(library).resolve(name);
    }

    public static List<Map<String, Object>> rows() {
        return read("rows.json", new TypeReference<>() {});
    }

    /** Answers of a model with one output. */
    public double[] single(String model) {
        return Arrays.stream(predictions.get(model)).mapToDouble(row -> row[0]).toArray();
    }

    public double[][] answers(String model) {
        return predictions.get(model);
    }

    /** The rows as a model reads them. A model without names reads the columns in order. */
    public static Rows batch(Signature signature) {
        Rows.Builder builder = Rows.builder(signature);
        List<String> order = INPUTS.stream().map(Column::name).toList();
        for (Map<String, Object> row : rows()) {
            Map<String, Object> named = new HashMap<>(row);
            for (int i = 0; i < signature.inputs().size(); i++) {
                named.putIfAbsent("f" + i, row.get(order.get(i)));
                named.putIfAbsent("Column_" + i, row.get(order.get(i)));
            }
            builder.add(named);
        }
        return builder.build();
    }

    /** A loaded model's answers as the libraries give them: the positive class, every class, or the values. */
    public static double[][] answers(LoadedModel model) {
        Prediction prediction = model.predict(batch(model.signature()));
        Task task = model.signature().task();
        double[] flat = prediction.number(
                task == Task.BINARY || task == Task.MULTICLASS ? Output.PROBABILITY : Output.PREDICTION);
        int width = flat.length / prediction.size();
        List<double[]> rows = new ArrayList<>();
        for (int row = 0; row < prediction.size(); row++) {
            rows.add(Arrays.copyOfRange(flat, row * width, (row + 1) * width));
        }
        return rows.toArray(double[][]::new);
    }
}
