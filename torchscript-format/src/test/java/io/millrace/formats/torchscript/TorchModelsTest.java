package io.millrace.formats.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.runtime.descriptor.ModelDescriptor;
import io.millrace.runtime.descriptor.ModelFolder;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.OutputType;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Signature;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Archives as PyTorch 2.7.1 writes them answer what PyTorch answers. */
@EnabledIfSystemProperty(
        named = "millrace.formats",
        matches = "true",
        disabledReason = "needs libtorch, -Dmillrace.formats=true")
class TorchModelsTest {

    private final TorchScriptFormat format = new TorchScriptFormat();

    @TempDir
    Path folder;

    private LoadedModel declared(String file, Signature signature) throws Exception {
        new ModelFolder(folder)
                .write(
                        ModelDescriptor.of(TorchScriptFormat.NAME, signature, null),
                        "model.pt",
                        Models.bytes(file),
                        Optional.empty());
        return format.load(folder, Models.OPTIONS);
    }

    private LoadedModel open(String file, List<Column> columns) {
        return format.open(Models.FOLDER.resolve(file), columns, Models.OPTIONS);
    }

    private static Prediction predict(LoadedModel model) {
        return model.predict(Models.rows(model.signature()));
    }

    @Test
    void answersAsABinaryClassifierThatNoLongerTrains() throws Exception {
        try (LoadedModel model = declared("binary.pt", Signature.binary(Models.COLUMNS, "no", "yes"))) {
            Prediction prediction = predict(model);

            assertThat(prediction.number(Output.PROBABILITY))
                    .containsExactly(Models.answers("binary", 0), within(1e-6));
            assertThat(prediction.label(Output.LABEL)).contains("no", "yes");
        }
    }

    @Test
    void answersClassesOfATracedModelInTheirOrder() throws Exception {
        try (LoadedModel model = declared("three.pt", Signature.multiclass(Models.COLUMNS, List.of("x", "y", "z")))) {
            assertThat(predict(model).number(Output.PROBABILITY))
                    .containsExactly(Models.answers("three", 0), within(1e-6));
        }
    }

    @Test
    void findsOutThatAModelReadsDoubles() throws Exception {
        try (LoadedModel model = declared("double.pt", Signature.regression(Models.COLUMNS))) {
            assertThat(predict(model).number(Output.PREDICTION))
                    .containsExactly(Models.answers("double", 0), within(1e-12));
        }
    }

    @Test
    void findsOutThatAModelReadsWholeNumbers() {
        try (LoadedModel model = open("words.pt", Models.columns(ColumnType.INT64))) {
            assertThat(model.signature().outputs()).containsExactly(new Output("output", OutputType.FLOAT32, 1));
            assertThat(predict(model).number("output")).containsExactly(Models.answers("words", 0), within(1e-6));
        }
    }

    @Test
    void namesOutputsAsTheModelDoes() {
        try (LoadedModel model = open("named.pt", Models.COLUMNS)) {
            assertThat(model.signature().outputs())
                    .containsExactlyInAnyOrder(
                            new Output("hidden", OutputType.FLOAT32, 4), new Output("total", OutputType.FLOAT32, 1));
            Prediction prediction = predict(model);
            assertThat(prediction.number("hidden")).containsExactly(Models.answers("named", 0), within(1e-6));
            assertThat(prediction.number("total")).containsExactly(Models.answers("named", 1), within(1e-6));
        }
    }

    @Test
    void countsOutputsThatHaveNoName() {
        try (LoadedModel model = open("several.pt", Models.COLUMNS)) {
            assertThat(model.signature().outputs())
                    .containsExactly(
                            new Output("output_0", OutputType.FLOAT32, 2), new Output("output_1", OutputType.INT64, 1));
            Prediction prediction = predict(model);
            assertThat(prediction.number("output_0")).containsExactly(Models.answers("several", 0), within(1e-6));
            assertThat(prediction.number("output_1")).containsExactly(Models.answers("several", 1), within(0.0));
        }
    }

    @Test
    void saysWhichColumnsDoNotFit() {
        assertThatThrownBy(() -> open("binary.pt", List.of(Column.required("a", ColumnType.FLOAT64))))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("mat1 and mat2 shapes cannot be multiplied (2x1 and 3x8)");
        assertThatThrownBy(() -> open("binary.pt", List.of(Column.required("country", ColumnType.STRING))))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("the column country is STRING: encode it in a features.json");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void givesMemoryBackWhenItIsClosed() throws Exception {
        loadAndClose(20);
        long before = resident();

        loadAndClose(400);

        // A module that stayed would hold about 100 KiB: 40 MiB in all.
        assertThat(resident() - before).isLessThan(16L << 20);
    }

    private void loadAndClose(int times) {
        for (int i = 0; i < times; i++) {
            try (LoadedModel model = open("binary.pt", Models.COLUMNS)) {
                predict(model);
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
