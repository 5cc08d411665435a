package io.millrace.serving.testing;

import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.training.GeneratedData;
import io.millrace.runtime.training.TrainedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Small trained models and the rows to ask them about. */
public final class Models {

    /** Two binary classifiers that answer differently. */
    public static final TrainedModel FIRST = binary(1);

    public static final TrainedModel SECOND = binary(99);

    public static final TrainedModel THREE = GeneratedData.train(
            "logistic.classification", Map.of(), GeneratedData.threeSignature(), new GeneratedData(300, 3));

    public static final TrainedModel NUMBER = GeneratedData.train(
            "linear.regression", Map.of(), GeneratedData.numberSignature(), new GeneratedData(300, 4));

    private Models() {}

    private static TrainedModel binary(long seed) {
        return GeneratedData.train(
                "logistic.classification", Map.of(), GeneratedData.binarySignature(), new GeneratedData(300, seed));
    }

    public static Path folder(TrainedModel model) throws IOException {
        Path folder = newFolder();
        model.save(folder);
        return folder;
    }

    public static Path onnxFolder(TrainedModel model) throws IOException {
        Path folder = newFolder();
        model.saveOnnx(folder);
        return folder;
    }

    private static Path newFolder() throws IOException {
        return Files.createTempDirectory(Files.createDirectories(Path.of("target", "models")), "model");
    }

    /** A row that fits every model here. */
    public static Map<String, Object> row() {
        Map<String, Object> row = new HashMap<>();
        row.put("amount", 42.5);
        row.put("age", 33.0);
        row.put("visits", 7);
        row.put("member", true);
        row.put("country", "US");
        row.put("channel", "web");
        row.put("at", "2013-05-01T10:00:00Z");
        return row;
    }

    public static Map<String, Object> row(String column, Object value) {
        Map<String, Object> row = row();
        row.put(column, value);
        return row;
    }

    /** What a model says about a row, asked without the service. */
    public static Prediction predict(TrainedModel model, List<Map<String, Object>> rows) {
        Rows.Builder builder = Rows.builder(model.signature());
        rows.forEach(builder::add);
        return model.predict(builder.build());
    }

    public static double score(TrainedModel model, Map<String, Object> row) {
        return predict(model, List.of(row)).score(0);
    }
}
