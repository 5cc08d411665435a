package io.millrace.formats.torchscript;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Archives that PyTorch wrote, with its answers; src/test/python/make_models.py made them. */
final class Models {

    static final Path FOLDER = Path.of("src/test/resources/models");
    static final LoadOptions OPTIONS = new LoadOptions(1, Set.of(), Path.of("target", "natives"));
    static final List<Column> COLUMNS = columns(ColumnType.FLOAT64);

    private static final JsonNode EXPECTED = read();

    private Models() {}

    private static JsonNode read() {
        try {
            return new ObjectMapper().readTree(FOLDER.resolve("expected.json").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Column> columns(ColumnType type) {
        return List.of(Column.required("a", type), Column.required("b", type), Column.required("c", type));
    }

    static byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(FOLDER.resolve(name));
    }

    /** The rows of whole numbers for a signature of whole numbers, otherwise the others. */
    static Rows rows(Signature signature) {
        boolean whole = signature.inputs().get(0).type() == ColumnType.INT64;
        Rows.Builder rows = Rows.builder(signature);
        for (JsonNode row : EXPECTED.path(whole ? "ids" : "rows")) {
            rows.add(Map.of(
                    "a",
                    row.get(0).numberValue(),
                    "b",
                    row.get(1).numberValue(),
                    "c",
                    row.get(2).numberValue()));
        }
        return rows.build();
    }

    /** What PyTorch answers, row by row. */
    static double[] answers(String model, int output) {
        return java.util.stream.StreamSupport.stream(
                        EXPECTED.path("answers").path(model).path(output).spliterator(), false)
                .flatMap(row -> java.util.stream.StreamSupport.stream(row.spliterator(), false))
                .mapToDouble(JsonNode::doubleValue)
                .toArray();
    }
}
