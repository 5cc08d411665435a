package io.millrace.benchmarks.serving;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The version that the registry of a benchmark hands out.
 *
 * @param files content by name
 */
record ServedModel(String format, Map<String, byte[]> files) {

    /** Trees of LightGBM with made-up thresholds. */
    static ServedModel trees(int features) {
        return new ServedModel(
                "lightgbm",
                Map.of("model.txt", TreeModel.text(features, 100, 16, 7).getBytes(StandardCharsets.UTF_8)));
    }

    /** A graph of scikit-learn's over one matrix, declared as a binary classifier of columns {@code f0}, {@code f1}, ... */
    static ServedModel onnx(byte[] graph, int features) {
        String inputs = IntStream.range(0, features)
                .mapToObj(i -> "{\"name\": \"f" + i + "\", \"type\": \"FLOAT64\"}")
                .collect(Collectors.joining(","));
        String descriptor = String.format(Locale.ROOT, """
                {"format": "onnx", "formatVersion": 1, "signature": {"task": "BINARY", "inputs": [%s],
                 "outputs": [{"name": "probability", "type": "FLOAT64", "width": 1},
                             {"name": "label", "type": "STRING", "width": 1}], "classes": ["0", "1"]}}""", inputs);
        return new ServedModel(
                "onnx", Map.of("model.onnx", graph, "model.json", descriptor.getBytes(StandardCharsets.UTF_8)));
    }
}
