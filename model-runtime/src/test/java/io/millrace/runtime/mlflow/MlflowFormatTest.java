package io.millrace.runtime.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.runtime.catalog.FormatCatalog;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.tree.Fixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders as MLflow 3.17.2 writes them; the models in them are those of the other formats' tests. */
class MlflowFormatTest {

    private static final String MLMODEL = """
        flavors:
          FLAVOUR:
            code: null
            data: DATA
            xgb_version: 3.2.0
          python_function:
            data: DATA
            env:
              conda: conda.yaml
              virtualenv: python_env.yaml
            loader_module: mlflow.FLAVOUR
            python_version: 3.11.7
        mlflow_version: 3.17.2
        model_uuid: b06f91708fff4ef9a6275f5457aba64b
        signature:
          inputs: '[{"type": "double", "name": "amount", "required": true}, {"type": "double", "name":
            "age", "required": false}, {"type": "double", "name": "ratio", "required": false}, {"type": "double",
            "name": "visits", "required": true}, {"type": "double", "name": "score", "required": true}EXTRA]'
          outputs: '[{"type": "long", "name": "a", "required": true}]'
          params: null
        """;

    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void folder() throws Exception {
        folder = Files.createDirectory(temporary.resolve("model"));
    }

    private void write(String flavour, String data, String extra) throws Exception {
        Files.writeString(
                folder.resolve("MLmodel"),
                MLMODEL.replace("FLAVOUR", flavour).replace("DATA", data).replace("EXTRA", extra));
        Files.writeString(folder.resolve("conda.yaml"), "name: mlflow-env\n");
    }

    private LoadedModel open() {
        return FormatCatalog.load().open(folder, LoadOptions.online());
    }

    private static void agrees(LoadedModel model, Fixtures fixtures, String name) {
        double[][] actual = Fixtures.answers(model);
        double[][] expected = fixtures.answers(name);
        for (int row = 0; row < expected.length; row++) {
            assertThat(actual[row]).containsExactly(expected[row], within(2e-6));
        }
    }

    @Test
    void readsXgboostWithTheColumnsOfTheSignature() throws Exception {
        Fixtures fixtures = new Fixtures("xgboost");
        write("xgboost", "model.json", "");
        Files.copy(fixtures.file("binary-logistic.json"), folder.resolve("model.json"));

        try (LoadedModel model = open()) {
            assertThat(model.signature().inputs().get(0)).isEqualTo(Column.required("amount", ColumnType.FLOAT64));
            assertThat(model.signature().inputs().get(1)).isEqualTo(Column.optional("age", ColumnType.FLOAT64));
            agrees(model, fixtures, "binary-logistic");
        }
    }

    @Test
    void readsLightgbmAndPmmlFromAFolderInside() throws Exception {
        Fixtures lightgbm = new Fixtures("lightgbm");
        Files.createDirectory(folder.resolve("data"));
        write("lightgbm", "data/model.lgb", "");
        Files.copy(lightgbm.file("multiclass.txt"), folder.resolve("data/model.lgb"));
        try (LoadedModel model = open()) {
            agrees(model, lightgbm, "multiclass");
        }
        Fixtures pmml = new Fixtures("pmml");
        write("pmml", "data/model.pmml", ", {\"type\": \"string\", \"name\": \"country\", \"required\": false}");
        Files.copy(pmml.file("logistic.pmml"), folder.resolve("data/model.pmml"));
        try (LoadedModel model = open()) {
            agrees(model, pmml, "logistic");
        }
    }

    @Test
    void saysWhatToDoWithAModelThatOnlyPythonRuns() throws Exception {
        Map<String, String> advice = Map.of(
                "sklearn", "export it with skl2onnx",
                "tensorflow", "export it with tf2onnx",
                "pytorch", "export it with torch.onnx.export",
                "prophet", "export the model to ONNX");
        for (Map.Entry<String, String> entry : advice.entrySet()) {
            write(entry.getKey(), "model.pkl", "");
            assertThatThrownBy(this::open)
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("runs only in Python: " + entry.getValue())
                    .hasMessageContaining("register an external.json");
        }
        write("lightgbm", "model.pkl", "");
        Files.write(folder.resolve("model.pkl"), new byte[] {(byte) 0x80, 4, '.'});
        assertThatThrownBy(this::open)
                .hasMessage("MLflow flavour lightgbm: the file is no LightGBM text model. model.pkl is a pickle, which"
                        + " only Python reads: log the booster (model.booster_) instead of the scikit-learn wrapper");
    }

    @Test
    void saysWhichOptionalFormatAModelNeeds() throws Exception {
        Map<String, String> flavours = Map.of(
                "pytorch", "model_data: data\n",
                "keras", "data: data\n",
                "tensorflow", "saved_model_dir: data\n");
        for (Map.Entry<String, String> flavour : flavours.entrySet()) {
            Files.writeString(
                    folder.resolve("MLmodel"), "flavors:\n  " + flavour.getKey() + ":\n    " + flavour.getValue());
            Files.createDirectories(folder.resolve("data/model"));
            Files.writeString(folder.resolve("data/model.pth"), "x");
            assertThatThrownBy(this::open)
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("models need the optional format "
                            + (flavour.getKey().equals("pytorch") ? "torchscript" : "savedmodel"));
        }
    }

    @Test
    void readsNoFileOutsideOfTheFolder() throws Exception {
        Fixtures fixtures = new Fixtures("xgboost");
        Files.copy(fixtures.file("binary-logistic.ubj"), temporary.resolve("outside.ubj"));
        Files.createSymbolicLink(folder.resolve("link.ubj"), temporary.resolve("outside.ubj"));
        for (String data : new String[] {
            "../outside.ubj", temporary.resolve("outside.ubj").toString(), "link.ubj", "a//b", "absent.ubj", "."
        }) {
            write("xgboost", "'" + data + "'", "");
            assertThatThrownBy(this::open)
                    .as(data)
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("MLmodel names the data '" + data + "', which is not ");
        }
    }

    @Test
    void refusesFilesThatAreNoMlmodel() throws Exception {
        for (String bad : new String[] {
            "", "[]", "flavors: 3", "{", "a: &a [b]\nc: [" + "*a, ".repeat(20) + "*a]\nflavors: {}", "flavors: {}"
        }) {
            Files.writeString(folder.resolve("MLmodel"), bad);
            assertThatThrownBy(this::open).as(bad).isInstanceOf(ModelFormatException.class);
        }
    }
}
