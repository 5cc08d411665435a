package io.millrace.formats.savedmodel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.runtime.spi.LoadOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** SavedModels that TensorFlow and Keras wrote, with their answers; src/test/python/make_models.py made them. */
final class Models {

    static final Path FOLDER = Path.of("src/test/resources/models");
    static final LoadOptions OPTIONS = new LoadOptions(1, Set.of(), Path.of("target", "natives"));

    private static final JsonNode EXPECTED = read();

    private Models() {}

    private static JsonNode read() {
        try {
            return new ObjectMapper().readTree(FOLDER.resolve("expected.json").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode expected(String model) {
        return EXPECTED.path(model);
    }

    /** The numbers of a list, or of a list of lists. */
    static double[] numbers(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .flatMap(value -> value.isArray() ? StreamSupport.stream(value.spliterator(), false) : Stream.of(value))
                .mapToDouble(JsonNode::doubleValue)
                .toArray();
    }

    static String[] texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toArray(String[]::new);
    }

    /** Copies a model, so that a test can change it. */
    static Path copy(String model, Path target) throws IOException {
        Path from = FOLDER.resolve(model);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path to = target.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                }
            }
        }
        return target;
    }
}
