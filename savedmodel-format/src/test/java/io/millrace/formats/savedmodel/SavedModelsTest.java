package io.millrace.formats.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.runtime.descriptor.ModelDescriptor;
import io.millrace.runtime.descriptor.ModelFolder;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.OutputType;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Models as TensorFlow 2.18.0 and Keras 3 save them answer what they answer there. */
@EnabledIfSystemProperty(
        named = "millrace.formats",
        matches = "true",
        disabledReason = "needs TensorFlow, -Dmillrace.formats=true")
class SavedModelsTest {

    private final SavedModelFormat format = new SavedModelFormat();

    @TempDir
    Path temporary;

    private LoadedModel open(String model) {
        return format.load(Models.FOLDER.resolve(model), Models.OPTIONS);
    }

    private void refused(String model, String... reasons) {
        assertThatThrownBy(() -> open(model))
                .isInstanceOf(ModelFormatException.class)
                .satisfies(e -> assertThat(e).hasMessageContainingAll(reasons));
    }

    private static Rows matrix(Signature signature) {
        Rows.Builder rows = Rows.builder(signature);
        List<Column> columns = signature.inputs();
        for (JsonNode row : Models.expected("keras").path("rows")) {
            rows.add(Map.of(
                    columns.get(0).name(), row.get(0).doubleValue(),
                    columns.get(1).name(), row.get(1).doubleValue(),
                    columns.get(2).name(), row.get(2).doubleValue()));
        }
        return rows.build();
    }

    @Test
    void answersAModelOfKerasByItsServingSignature() {
        try (LoadedModel model = open("keras")) {
            assertThat(model.signature().inputs())
                    .extracting(Column::name)
                    .allMatch(name -> name.matches(".+\\[[012]]"));
            assertThat(model.signature().outputs()).containsExactly(new Output("output_0", OutputType.FLOAT32, 3));
            assertThat(model.predict(matrix(model.signature())).number("output_0"))
                    .containsExactly(Models.numbers(Models.expected("keras").path("output")), within(1e-6));
        }
    }

    @Test
    void answersClassesThatTheFolderDeclares() throws Exception {
        Path folder = Models.copy("keras", temporary.resolve("model"));
        List<Column> columns = List.of(
                Column.required("a", ColumnType.FLOAT64),
                Column.required("b", ColumnType.FLOAT64),
                Column.required("c", ColumnType.FLOAT64));
        byte[] graph = Files.readAllBytes(folder.resolve(SavedModelFolder.GRAPH_FILE));
        new ModelFolder(folder)
                .write(
                        ModelDescriptor.of(
                                SavedModelFormat.NAME, Signature.multiclass(columns, List.of("x", "y", "z")), null),
                        SavedModelFolder.GRAPH_FILE,
                        graph,
                        Optional.empty());

        try (LoadedModel model = format.load(folder, Models.OPTIONS)) {
            assertThat(model.predict(matrix(model.signature())).number(Output.PROBABILITY))
                    .containsExactly(Models.numbers(Models.expected("keras").path("output")), within(1e-6));
        }
    }

    @Test
    void readsAndGivesWholeNumbersDoublesFlagsAndTexts() {
        JsonNode expected = Models.expected("loop");
        try (LoadedModel model = open("loop")) {
            assertThat(model.signature().inputs())
                    .containsExactly(
                            Column.required("flag", ColumnType.BOOL),
                            Column.required("n", ColumnType.INT64),
                            Column.required("x", ColumnType.FLOAT64));
            assertThat(model.signature().outputs())
                    .containsExactly(
                            new Output("kind", OutputType.STRING, 1),
                            new Output("next", OutputType.INT64, 1),
                            new Output("pair", OutputType.FLOAT64, 2),
                            new Output("small", OutputType.INT64, 1),
                            new Output("total", OutputType.FLOAT64, 1));
            Rows.Builder rows = Rows.builder(model.signature());
            for (int i = 0; i < expected.path("n").size(); i++) {
                rows.add(Map.of(
                        "n", expected.path("n").path(i).longValue(),
                        "x", expected.path("x").path(i).doubleValue(),
                        "flag", expected.path("flag").path(i).booleanValue()));
            }

            Prediction prediction = model.predict(rows.build());

            for (String output : List.of("next", "pair", "small", "total")) {
                assertThat(prediction.number(output))
                        .containsExactly(Models.numbers(expected.path(output)), within(1e-9));
            }
            assertThat(prediction.label("kind")).containsExactly(Models.texts(expected.path("kind")));
        }
    }

    @Test
    void refusesGraphsThatReachOutside() {
        refused("reads", "uses the operator ReadFile", "reaches outside of the model");
        refused("writes", "uses the operator WriteFile");
        refused("vocabulary", "uses the operator InitializeTableFromTextFileV2");
    }

    @Test
    void refusesSignaturesThatRowsDoNotFit() {
        refused("image", "input image must be a tensor of one or two dimensions", "it has 3");
        refused("several", "needs a signature serving_default, it has first, second");
    }

    @Test
    void refusesDamagedWeights() throws Exception {
        Path folder = Models.copy("keras", temporary.resolve("model"));
        Path data = folder.resolve("variables/variables.data-00000-of-00001");
        byte[] good = Files.readAllBytes(data);
        for (int at = 0; at < 200; at += 40) {
            byte[] bad = good.clone();
            bad[at] ^= 0x10;
            Files.write(data, bad);
            assertThatThrownBy(() -> format.load(folder, Models.OPTIONS))
                    .as("byte %d", at)
                    .isInstanceOf(ModelFormatException.class);
        }
        Files.delete(data);
        assertThatThrownBy(() -> format.load(folder, Models.OPTIONS)).isInstanceOf(ModelFormatException.class);
    }

    @Test
    void readsNothingThroughLinksAndNoSecondGraph() throws Exception {
        Path folder = Models.copy("keras", temporary.resolve("model"));
        Path data = folder.resolve("variables/variables.data-00000-of-00001");
        Path outside = Files.move(data, temporary.resolve("outside"));
        Files.createSymbolicLink(data, outside);
        assertThatThrownBy(() -> format.load(folder, Models.OPTIONS))
                .hasMessage("the SavedModel has the link variables/variables.data-00000-of-00001");
        Files.delete(data);
        Files.move(outside, data);
        for (String second : List.of("saved_model.cpb", "saved_model.pbtxt")) {
            Path graph = Files.writeString(folder.resolve(second), "");
            assertThatThrownBy(() -> format.load(folder, Models.OPTIONS))
                    .hasMessage("the SavedModel has a second graph " + second);
            Files.delete(graph);
        }
        Files.move(folder.resolve("variables"), temporary.resolve("variables"));
        Files.createSymbolicLink(folder.resolve("variables"), temporary.resolve("variables"));
        assertThatThrownBy(() -> format.load(folder, Models.OPTIONS))
                .hasMessage("the SavedModel has the link variables");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void givesMemoryBackWhenItIsClosed() throws Exception {
        loadAndClose(30);
        long before = resident();

        loadAndClose(150);

        // A session that stayed would hold about 1 MiB: 150 MiB in all.
        assertThat(resident() - before).isLessThan(48L << 20);
    }

    private void loadAndClose(int times) {
        for (int i = 0; i < times; i++) {
            try (LoadedModel model = open("keras")) {
                assertThat(model.predict(matrix(model.signature())).size()).isEqualTo(30);
            }
        }
    }

    private static long resident() throws Exception {
        System.gc();
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElseThrow();
    }
}
