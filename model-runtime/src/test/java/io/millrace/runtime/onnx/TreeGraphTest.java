package io.millrace.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.millrace.runtime.catalog.FormatCatalog;
import io.millrace.runtime.onnx.trees.OnnxTrees;
import io.millrace.runtime.onnx.trees.TreeGraphs;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Graphs of scikit-learn's trees, which are walked without a session. */
class TreeGraphTest {

    private static final Path MODELS = Path.of("src/test/resources/models/onnx");
    /** Less than any session. */
    private static final long SMALL = 1 << 20;

    @TempDir
    Path folder;

    private static ModelProto graph(String name) throws IOException {
        return ModelProto.parseFrom(Files.readAllBytes(MODELS.resolve(name + ".onnx")));
    }

    private LoadedModel open(ModelProto model) throws IOException {
        Files.write(folder.resolve("trees.onnx"), model.toByteArray());
        return FormatCatalog.load().open(folder, LoadOptions.online());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "forest-binary",
                "forest-words",
                "forest-number",
                "extra-number",
                "boosting-binary",
                "histogram-binary",
                "histogram-number",
                "tree-words"
            })
    void answersAsScikitLearnDoes(String name) throws Exception {
        JsonNode expected = new ObjectMapper()
                .readTree(MODELS.resolve("expected.json").toFile())
                .path(name);
        try (LoadedModel model = open(graph(name))) {
            assertThat(model.memoryBytes()).as("without a session").isLessThan(SMALL);
            Rows.Builder rows = Rows.builder(model.signature());
            for (JsonNode row : expected.path("rows")) {
                Map<String, Object> values = new HashMap<>();
                for (int i = 0; i < row.size(); i++) {
                    values.put(
                            "X[" + i + "]",
                            row.get(i).isNull() ? null : row.get(i).asDouble());
                }
                rows.add(values);
            }

            Prediction prediction = model.predict(rows.build());

            double[] scores = IntStream.range(0, expected.path("scores").size())
                    .mapToDouble(i -> expected.path("scores").get(i).asDouble())
                    .toArray();
            String numbers = model.signature().outputs().stream()
                    .map(Output::name)
                    .filter(each -> !each.equals("label"))
                    .findFirst()
                    .orElseThrow();
            assertThat(prediction.number(numbers)).containsExactly(scores, within(2e-6));
            if (!expected.path("labels").isEmpty()) {
                List<String> labels = new ArrayList<>();
                expected.path("labels").forEach(label -> labels.add(label.asText()));
                assertThat(labels(prediction)).isEqualTo(labels);
            }
        }
    }

    private static List<String> labels(Prediction prediction) {
        String[] words = prediction.labels().get("label");
        return words != null
                ? List.of(words)
                : Arrays.stream(prediction.number("label"))
                        .mapToObj(number -> String.valueOf((long) number))
                        .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"forest-binary", "forest-words", "boosting-binary", "histogram-number", "tree-words"})
    void answersAsOnnxRuntimeDoesOnAThousandRows(String name) throws Exception {
        ModelProto model = graph(name);
        OnnxTrees trees = TreeGraphs.find(model).orElseThrow();
        Random random = new Random(5);
        float[] matrix = new float[1000 * trees.width()];
        double[] same = new double[matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            boolean missing = i < matrix.length / 2 && random.nextInt(20) == 0;
            matrix[i] = missing ? Float.NaN : (float) random.nextGaussian() * 2;
            same[i] = matrix[i];
        }
        Set<String> outputs = Set.copyOf(model.getGraph().getOutputList().stream()
                .map(output -> output.getName())
                .toList());
        try (OrtSession session = OrtEnvironment.getEnvironment().createSession(model.toByteArray());
                OnnxTensor input = OnnxTensor.createTensor(
                        OrtEnvironment.getEnvironment(), FloatBuffer.wrap(matrix), new long[] {1000, trees.width()});
                OrtSession.Result result = session.run(Map.of(trees.input(), input))) {
            Map<String, Object> theirs = OutputReader.values(result, outputs, 1000);
            Map<String, Object> ours = trees.run(same, 1000, outputs);
            for (String output : outputs) {
                if (theirs.get(output) instanceof double[] numbers) {
                    assertThat((double[]) ours.get(output)).containsExactly(numbers, within(1e-6));
                } else {
                    assertThat((String[]) ours.get(output)).containsExactly((String[]) theirs.get(output));
                }
            }
        }
    }

    @Test
    void leavesWhatItDoesNotKnowToOnnxRuntime() throws Exception {
        List<Consumer<NodeProto.Builder>> changes = List.of(
                node -> attribute(node, "nodes_modes").setStrings(0, ByteString.copyFromUtf8("BRANCH_LT")),
                node -> attribute(node, "post_transform").setS(ByteString.copyFromUtf8("SOFTMAX")),
                node -> attribute(node, "class_weights").setFloats(0, -1),
                node -> node.addAttribute(AttributeProto.newBuilder()
                        .setName("nodes_values_as_tensor")
                        .setType(AttributeProto.AttributeType.TENSOR)),
                node -> attribute(node, "nodes_truenodeids").setInts(0, 0),
                node -> attribute(node, "nodes_falsenodeids").setInts(0, 99_999),
                node -> attribute(node, "nodes_featureids").setInts(0, 99),
                node -> attribute(node, "class_nodeids").setInts(0, 0),
                node -> attribute(node, "nodes_treeids").setInts(1, 500));
        for (Consumer<NodeProto.Builder> change : changes) {
            ModelProto.Builder model = graph("forest-binary").toBuilder();
            change.accept(model.getGraphBuilder().getNodeBuilder(0));
            assertThat(TreeGraphs.find(model.build())).isEmpty();
        }
        ModelProto.Builder more = graph("forest-binary").toBuilder();
        more.getGraphBuilder()
                .addNode(NodeProto.newBuilder()
                        .setOpType("Neg")
                        .addInput("probabilities")
                        .addOutput("negative"));
        assertThat(TreeGraphs.find(more.build())).isEmpty();
    }

    @Test
    void keepsTheSessionWhenAnswersDiffer() throws Exception {
        OnnxTrees trees = TreeGraphs.find(graph("forest-number")).orElseThrow();
        Set<String> outputs =
                Set.of(graph("forest-number").getGraph().getOutput(0).getName());
        double[] probes = trees.probes();
        Map<String, Object> own = trees.run(probes, probes.length / trees.width(), outputs);
        assertThat(trees.agrees(own)).isTrue();

        double[] numbers = (double[]) own.values().iterator().next();
        numbers[7] += 1e-3;

        assertThat(trees.agrees(own)).isFalse();
    }

    private static AttributeProto.Builder attribute(NodeProto.Builder node, String name) {
        return node.getAttributeBuilderList().stream()
                .filter(attribute -> attribute.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
