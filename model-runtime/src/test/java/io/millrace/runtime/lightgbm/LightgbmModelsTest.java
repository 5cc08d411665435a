package io.millrace.runtime.lightgbm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.runtime.catalog.FormatCatalog;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Task;
import io.millrace.runtime.tree.Fixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every objective, kind of split and kind of missing value against LightGBM's own answers. */
class LightgbmModelsTest {

    private static final Fixtures FIXTURES = new Fixtures("lightgbm");

    @TempDir
    Path folder;

    static List<String> models() {
        return FIXTURES.names().stream()
                .filter(name -> !name.equals("linear-tree"))
                .toList();
    }

    private LoadedModel open(String file) throws Exception {
        Files.copy(FIXTURES.file(file), folder.resolve(file));
        return FormatCatalog.load().open(folder, LoadOptions.online());
    }

    @ParameterizedTest
    @MethodSource("models")
    void answersAsLightgbmDoes(String name) throws Exception {
        double[][] expected = FIXTURES.answers(name);
        try (LoadedModel model = open(name + ".txt")) {
            double[][] actual = Fixtures.answers(model);
            assertThat(actual).hasNumberOfRows(expected.length);
            for (int row = 0; row < expected.length; row++) {
                assertThat(actual[row]).as("row %d", row).containsExactly(expected[row], within(1e-9));
            }
        }
    }

    @Test
    void takesNamesTypesAndCategoriesFromTheFile() throws Exception {
        try (LoadedModel model = open("categorical.txt")) {
            assertThat(model.signature().task()).isEqualTo(Task.BINARY);
            assertThat(model.signature().inputs())
                    .contains(
                            Column.optional("age", ColumnType.FLOAT64), Column.optional("country", ColumnType.STRING));
        }
    }

    @Test
    void refusesLinearTrees() {
        assertThatThrownBy(() -> open("linear-tree.txt"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("linear trees are not supported: train with linear_tree=false");
    }

    @Test
    void refusesAFileWithoutItsEnd() throws Exception {
        byte[] good = Files.readAllBytes(FIXTURES.file("binary.txt"));
        Files.write(folder.resolve("model.txt"), java.util.Arrays.copyOf(good, 3000));
        assertThatThrownBy(() -> FormatCatalog.load().open(folder, LoadOptions.online()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("the LightGBM model is corrupted: its end is missing");
    }

    @Test
    void refusesOrRunsADamagedFileButNeverFailsOtherwise() throws Exception {
        byte[] good = Files.readAllBytes(FIXTURES.file("categorical.txt"));
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 600; round++) {
            byte[] bad = good.clone();
            for (int change = 0; change <= round % 4; change++) {
                // digits make the more interesting damage
                bad[random.nextInt(bad.length)] =
                        (byte) (round % 2 == 0 ? '0' + random.nextInt(10) : random.nextInt(256));
            }
            Path file = Files.write(folder.resolve("damaged"), bad);
            try (LoadedModel model = new LightgbmFormat().open(file, List.of(), LoadOptions.online())) {
                if (model.signature().inputs().size() == 6
                        && model.signature().inputs().get(5).equals(Column.optional("country", ColumnType.STRING))) {
                    assertThat(model.memoryBytes()).isPositive();
                }
            } catch (ModelFormatException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }
}
