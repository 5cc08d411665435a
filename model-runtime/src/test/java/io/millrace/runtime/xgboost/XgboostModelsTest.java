package io.millrace.runtime.xgboost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.runtime.catalog.FormatCatalog;
import io.millrace.runtime.descriptor.ModelDescriptor;
import io.millrace.runtime.descriptor.ModelFolder;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.Task;
import io.millrace.runtime.tree.Fixtures;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every objective and kind of tree against XGBoost's own answers. */
class XgboostModelsTest {

    private static final Fixtures FIXTURES = new Fixtures("xgboost");

    @TempDir
    Path folder;

    static List<String> models() {
        return FIXTURES.names().stream()
                .filter(name -> !name.equals("vector-leaf") && !name.equals("unnamed"))
                .toList();
    }

    private LoadedModel open(String file) throws Exception {
        Files.copy(FIXTURES.file(file), folder.resolve(file));
        return FormatCatalog.load().open(folder, LoadOptions.online());
    }

    private static void agrees(LoadedModel model, double[][] expected) {
        double[][] actual = Fixtures.answers(model);
        assertThat(actual).hasNumberOfRows(expected.length);
        for (int row = 0; row < expected.length; row++) {
            double scale = Math.max(1, Math.abs(expected[row][0]));
            assertThat(actual[row]).as("row %d", row).containsExactly(expected[row], within(2e-6 * scale));
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void answersAsXgboostDoes(String name) throws Exception {
        double[][] expected = FIXTURES.answers(name);
        try (LoadedModel model = open(name + ".ubj")) {
            if (name.equals("multi-softmax")) {
                String[] labels =
                        model.predict(Fixtures.batch(model.signature())).label("label");
                for (int row = 0; row < labels.length; row++) {
                    assertThat(labels[row]).isEqualTo(String.valueOf((int) expected[row][0]));
                }
            } else {
                agrees(model, expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"binary-logistic", "multi-softprob", "categorical"})
    void readsJsonAsItReadsUbj(String name) throws Exception {
        try (LoadedModel model = open(name + ".json")) {
            agrees(model, FIXTURES.answers(name));
        }
    }

    @Test
    void readsAJsonModelThatHasTheNameOfOurDescriptor() throws Exception {
        Files.copy(FIXTURES.file("unnamed.json"), folder.resolve("model.json"));
        try (LoadedModel model = FormatCatalog.load().open(folder, LoadOptions.online())) {
            assertThat(model.signature().inputs().stream().map(Column::name))
                    .containsExactly("f0", "f1", "f2", "f3", "f4");
            agrees(model, FIXTURES.answers("unnamed"));
        }
    }

    @Test
    void givesColumnsOfAModelWithoutNamesTheirNamesInOrder() throws Exception {
        new ModelFolder(folder)
                .write(
                        ModelDescriptor.of("xgboost", Signature.regression(Fixtures.INPUTS.subList(0, 5)), null),
                        "any.json",
                        Files.readAllBytes(FIXTURES.file("unnamed.json")),
                        Optional.empty());
        try (LoadedModel model = FormatCatalog.load().open(folder, LoadOptions.online())) {
            agrees(model, FIXTURES.answers("unnamed"));
        }
    }

    @Test
    void takesNamesAndTypesFromTheFile() throws Exception {
        try (LoadedModel model = open("categorical.ubj")) {
            assertThat(model.signature().task()).isEqualTo(Task.BINARY);
            assertThat(model.signature().classes()).containsExactly("0", "1");
            assertThat(model.signature().inputs())
                    .contains(
                            Column.optional("age", ColumnType.FLOAT64), Column.optional("country", ColumnType.STRING));
        }
    }

    @Test
    void readsEveryWayOfWritingTheBaseScore() throws Exception {
        String json = Files.readString(FIXTURES.file("binary-logistic.json"));
        for (String score : List.of("\"5E-1\"", "\"0.5\"", "\"[5E-1]\"")) {
            Files.writeString(
                    folder.resolve("model.json"),
                    json.replaceFirst("\"base_score\":\"[^\"]*\"", "\"base_score\":" + score),
                    StandardCharsets.UTF_8);
            try (LoadedModel model = FormatCatalog.load().open(folder, LoadOptions.online())) {
                agrees(model, FIXTURES.answers("binary-logistic"));
            }
        }
    }

    @Test
    void saysWhatIsNotSupported() throws Exception {
        assertThatThrownBy(() -> open("vector-leaf.ubj"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(
                        "trees with several outputs are not supported: train with multi_strategy=one_output_per_tree");
        String json = Files.readString(FIXTURES.file("binary-logistic.json"));
        Files.delete(folder.resolve("vector-leaf.ubj"));
        Files.writeString(folder.resolve("a"), json.replace("binary:logistic", "my:objective"));
        assertThatThrownBy(() -> new XgboostFormat().load(folder, LoadOptions.online()))
                .hasMessage("the XGBoost objective my:objective is not supported");
        Files.writeString(folder.resolve("a"), json.replace("\"gbtree\"", "\"gbforest\""));
        assertThatThrownBy(() -> new XgboostFormat().load(folder, LoadOptions.online()))
                .hasMessage("the XGBoost booster gbforest is not supported");
    }

    @Test
    void namesTheColumnsASignatureLacks() throws Exception {
        new ModelFolder(folder)
                .write(
                        ModelDescriptor.of(
                                "xgboost",
                                Signature.binary(List.of(Column.required("x", ColumnType.FLOAT64)), "no", "yes"),
                                null),
                        "any.ubj",
                        Files.readAllBytes(FIXTURES.file("binary-logistic.ubj")),
                        Optional.empty());
        assertThatThrownBy(() -> FormatCatalog.load().open(folder, LoadOptions.online()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("the model reads the 5 columns amount, age, ratio, visits, score, the signature has x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"categorical.ubj", "categorical.json", "dart.ubj", "gblinear.ubj"})
    void refusesOrRunsADamagedFileButNeverFailsOtherwise(String name) throws Exception {
        byte[] good = Files.readAllBytes(FIXTURES.file(name));
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 400; round++) {
            byte[] bad = good.clone();
            for (int change = 0; change <= round % 4; change++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            Path file = Files.write(folder.resolve("damaged"), bad);
            try (LoadedModel model = new XgboostFormat().open(file, List.of(), LoadOptions.online())) {
                if (model.signature().inputs().equals(Fixtures.INPUTS)) {
                    assertThat(Fixtures.answers(model)).hasNumberOfRows(100);
                }
            } catch (ModelFormatException e) {
                assertThat(e).hasMessageMatching("(?s).*(XGBoost|columns|signature|model\\.json|the model).*");
            }
        }
    }
}
