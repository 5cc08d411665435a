package io.millrace.runtime.onnx;

import static io.millrace.runtime.onnx.Graphs.model;
import static io.millrace.runtime.onnx.Graphs.node;
import static io.millrace.runtime.onnx.Graphs.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.millrace.runtime.catalog.FormatCatalog;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.OutputType;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that Millrace did not write: a bare file, or a file with a declared signature. */
class ForeignOnnxTest {

    @TempDir
    Path folder;

    private LoadedModel open(ModelProto.Builder model) throws Exception {
        Files.write(folder.resolve("any-name.onnx"), model.build().toByteArray());
        return FormatCatalog.load().open(folder, LoadOptions.online());
    }

    private static Rows rows(LoadedModel model, List<Map<String, ?>> maps) {
        Rows.Builder builder = Rows.builder(model.signature());
        maps.forEach(builder::add);
        return builder.build();
    }

    private static ModelProto.Builder sigmoid(long batch, long width) {
        return model(GraphProto.newBuilder()
                .addInput(value("x", DataType.FLOAT, batch, width))
                .addOutput(value("p", DataType.FLOAT, batch, width))
                .addNode(node("Sigmoid", "p", "x")));
    }

    @Test
    void readsTheSignatureOfAMatrixOffTheGraph() throws Exception {
        try (LoadedModel model = open(sigmoid(-1, 2))) {
            assertThat(model.signature())
                    .isEqualTo(new Signature(
                            Task.GENERIC,
                            List.of(
                                    Column.required("x[0]", ColumnType.FLOAT64),
                                    Column.required("x[1]", ColumnType.FLOAT64)),
                            List.of(new Output("p", OutputType.FLOAT32, 2)),
                            List.of()));
            Prediction prediction = model.predict(
                    rows(model, List.of(Map.of("x[0]", 0, "x[1]", 100), Map.of("x[0]", 1, "x[1]", -100))));
            assertThat(prediction.number("p")).containsExactly(new double[] {0.5, 1, 0.7310586, 0}, within(1e-6));
            assertThatThrownBy(() -> prediction.score(0)).isInstanceOf(IllegalStateException.class);
            assertThat(model.predict(rows(model, List.of())).number("p")).isEmpty();
        }
    }

    @Test
    void readsScalarColumnsOfEveryType() throws Exception {
        GraphProto.Builder graph = GraphProto.newBuilder();
        List<String> names = List.of("f", "d", "l", "i", "b", "s");
        List<DataType> types = List.of(
                DataType.FLOAT, DataType.DOUBLE, DataType.INT64, DataType.INT32, DataType.BOOL, DataType.STRING);
        for (int at = 0; at < names.size(); at++) {
            long[] shape = at % 2 == 0 ? new long[] {-1} : new long[] {-1, 1};
            graph.addInput(value(names.get(at), types.get(at), shape))
                    .addOutput(value("out_" + names.get(at), types.get(at), shape))
                    .addNode(node("Identity", "out_" + names.get(at), names.get(at)));
        }
        long large = (1L << 53) + 1;

        try (LoadedModel model = open(model(graph))) {
            assertThat(model.signature().inputs().stream().map(Column::type))
                    .containsExactly(
                            ColumnType.FLOAT64,
                            ColumnType.FLOAT64,
                            ColumnType.INT64,
                            ColumnType.INT64,
                            ColumnType.BOOL,
                            ColumnType.STRING);
            Prediction prediction = model.predict(rows(
                    model,
                    List.of(
                            Map.of("f", 1.5, "d", 0.1, "l", large, "i", -3, "b", true, "s", "Grüße"),
                            Map.of("f", 2, "d", 3, "l", 4, "i", 5, "b", false, "s", "b"))));
            assertThat(prediction.number("out_f")).containsExactly(1.5, 2);
            assertThat(prediction.number("out_d")).containsExactly(0.1, 3);
            assertThat(prediction.number("out_l")).containsExactly((double) large, 4);
            assertThat(prediction.number("out_i")).containsExactly(-3, 5);
            assertThat(prediction.number("out_b")).containsExactly(1, 0);
            assertThat(prediction.label("out_s")).containsExactly("Grüße", "b");
            assertThat(prediction.score(1)).isEqualTo(2);
        }
    }

    @Test
    void answersMapsFromClassToProbabilityAsATable() throws Exception {
        ValueInfoProto maps = ValueInfoProto.newBuilder()
                .setName("output_probability")
                .setType(TypeProto.newBuilder()
                        .setSequenceType(TypeProto.Sequence.newBuilder()
                                .setElemType(TypeProto.newBuilder()
                                        .setMapType(TypeProto.Map.newBuilder()
                                                .setKeyType(DataType.STRING.getNumber())
                                                .setValueType(TypeProto.newBuilder()
                                                        .setTensorType(TypeProto.Tensor.newBuilder()
                                                                .setElemType(DataType.FLOAT.getNumber())))))))
                .build();
        NodeProto.Builder zipMap = node("ZipMap", "output_probability", "p")
                .setDomain("ai.onnx.ml")
                .addAttribute(AttributeProto.newBuilder()
                        .setName("classlabels_strings")
                        .setType(AttributeProto.AttributeType.STRINGS)
                        .addStrings(ByteString.copyFromUtf8("no"))
                        .addStrings(ByteString.copyFromUtf8("yes")));
        ModelProto.Builder graph = model(GraphProto.newBuilder()
                        .addInput(value("x", DataType.FLOAT, -1, 2))
                        .addOutput(maps)
                        .addNode(node("Softmax", "p", "x"))
                        .addNode(zipMap))
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain("ai.onnx.ml").setVersion(1));

        try (LoadedModel model = open(graph)) {
            assertThat(model.signature().outputs())
                    .containsExactly(new Output("output_probability", OutputType.FLOAT32, 2));
            assertThat(model.predict(rows(model, List.of(Map.of("x[0]", 1, "x[1]", 1), Map.of("x[0]", 5, "x[1]", 2))))
                            .number("output_probability"))
                    .containsExactly(new double[] {0.5, 0.5, 0.95257413, 0.04742587}, within(1e-6));
        }
    }

    @Test
    void takesGapsWhereTheGraphFillsThem() throws Exception {
        NodeProto.Builder imputer = node("Imputer", "p", "x")
                .setDomain("ai.onnx.ml")
                .addAttribute(AttributeProto.newBuilder()
                        .setName("imputed_value_floats")
                        .setType(AttributeProto.AttributeType.FLOATS)
                        .addFloats(3)
                        .addFloats(4))
                .addAttribute(AttributeProto.newBuilder()
                        .setName("replaced_value_float")
                        .setType(AttributeProto.AttributeType.FLOAT)
                        .setF(Float.NaN));
        ModelProto.Builder graph = model(GraphProto.newBuilder()
                        .addInput(value("x", DataType.FLOAT, -1, 2))
                        .addOutput(value("p", DataType.FLOAT, -1, 2))
                        .addNode(imputer))
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain("ai.onnx.ml").setVersion(1));

        try (LoadedModel model = open(graph)) {
            assertThat(model.signature().inputs()).allMatch(Column::nullable);
            assertThat(model.predict(rows(model, List.of(Map.of("x[0]", 1), Map.of("x[1]", 2))))
                            .number("p"))
                    .containsExactly(1, 4, 3, 2);
        }
        try (LoadedModel model = open(sigmoid(-1, 2))) {
            assertThat(model.signature().inputs()).noneMatch(Column::nullable);
        }
    }

    @Test
    void runsGraphsMadeForOneRow() throws Exception {
        try (LoadedModel model = open(sigmoid(1, 1))) {
            assertThat(model.predict(rows(model, List.of(Map.of("x", 0), Map.of("x", 100), Map.of("x", -100))))
                            .number("p"))
                    .containsExactly(new double[] {0.5, 1, 0}, within(1e-6));
        }
    }

    @Test
    void feedsAMatrixFromADeclaredSignature() throws Exception {
        Signature signature = Signature.binary(
                List.of(Column.optional("amount", ColumnType.FLOAT64), Column.required("count", ColumnType.INT64)),
                "no",
                "yes");
        GraphProto.Builder graph = GraphProto.newBuilder()
                .addInput(value("x", DataType.FLOAT, -1, -2))
                .addOutput(value("p", DataType.FLOAT, -1, 2))
                .addNode(node("Softmax", "p", "x"));
        OnnxModelWriter.write(folder, model(graph).build().toByteArray(), signature);

        try (LoadedModel model = FormatCatalog.load().open(folder, LoadOptions.online())) {
            Prediction prediction = model.predict(
                    rows(model, List.of(Map.of("amount", 1, "count", 1), Map.of("amount", 5, "count", 2))));
            assertThat(prediction.number("probability")).containsExactly(new double[] {0.5, 0.04742587}, within(1e-6));
            assertThat(prediction.label("label")).containsExactly("yes", "no");
        }
    }

    @Test
    void refusesGraphsItCannotFeed() throws Exception {
        assertThatThrownBy(() -> open(sigmoid(-1, -2)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("input x has an open number of columns: add a model.json with a signature");
        assertThatThrownBy(() -> open(sigmoid(8, 2))).hasMessage("input x is fixed to batches of 8 rows");
        assertThatThrownBy(() -> open(model(GraphProto.newBuilder()
                        .addInput(value("image", DataType.FLOAT, -1, 3, 4))
                        .addOutput(value("p", DataType.FLOAT, -1, 3, 4))
                        .addNode(node("Sigmoid", "p", "image")))))
                .hasMessageStartingWith("every input must be a tensor of one or two dimensions");
        OnnxModelWriter.write(
                folder,
                sigmoid(-1, 3).build().toByteArray(),
                Signature.regression(List.of(Column.required("only", ColumnType.FLOAT64))));
        assertThatThrownBy(() -> FormatCatalog.load().open(folder, LoadOptions.online()))
                .hasMessage(
                        "input x of the graph needs the columns x[0], x[1], x[2], which the signature does not have");
    }

    @Test
    void refusesWeightsInOtherFiles() {
        TensorProto outside = TensorProto.newBuilder()
                .setName("w")
                .setDataType(DataType.FLOAT.getNumber())
                .addDims(1)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("location").setValue("../../secret"))
                .build();
        ModelProto.Builder model = model(GraphProto.newBuilder()
                .addInput(value("x", DataType.FLOAT, -1, 1))
                .addOutput(value("p", DataType.FLOAT, -1, 1))
                .addInitializer(outside)
                .addNode(node("Add", "p", "x", "w")));

        assertThatThrownBy(() -> open(model))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("the ONNX file keeps weights in another file, which is not allowed: w");
    }

    @Test
    void namesTheFormatsTriedOnAStrangeFolder() throws Exception {
        Path strange = Files.createDirectory(folder.resolve("strange"));
        assertThatThrownBy(() -> FormatCatalog.load().open(strange, LoadOptions.online()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("no known model format in strange, tried external, lightgbm, mlflow, onnx, pmml, tribuo,"
                        + " xgboost");
        Files.writeString(
                strange.resolve("model.json"),
                "{\"format\": \"onnx\", \"formatVersion\": 1, \"signature\": {\"task\": \"GUESS\"}}");
        assertThatThrownBy(() -> FormatCatalog.load().open(strange, LoadOptions.online()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("model.json")
                .hasMessageContaining("GUESS");
        Files.delete(strange.resolve("model.json"));
        Files.write(strange.resolve("a.onnx"), new byte[1]);
        Files.write(strange.resolve("b.onnx"), new byte[1]);
        assertThatThrownBy(() -> FormatCatalog.load().open(strange, LoadOptions.online()))
                .hasMessageContaining("tried external, lightgbm, mlflow, onnx, pmml, tribuo, xgboost");
        assertThat(FormatCatalog.load().names())
                .containsExactly("external", "lightgbm", "mlflow", "onnx", "pmml", "tribuo", "xgboost");
    }
}
