package io.millrace.formats.savedmodel;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.spi.ModelFormatException;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;

/** What is refused before TensorFlow sees it; needs no TensorFlow. */
class GraphGuardTest {

    /** Of the operators used here, those that TensorFlow's register says have state. */
    private static final Set<String> STATEFUL = Set.of("WriteFile", "SaveV2", "RestoreV2", "PyFunc", "RpcCall");

    private static MetaGraphDef graph(String model) {
        return new SavedModelFolder(Models.FOLDER.resolve(model)).graph();
    }

    private static void check(MetaGraphDef meta) {
        new GraphGuard(meta, STATEFUL::contains).check(ServingSignature.of(meta).roots(meta));
    }

    private static void refused(MetaGraphDef meta, String operator) {
        assertThatThrownBy(() -> check(meta))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("the graph uses the operator " + operator);
    }

    private static MetaGraphDef with(MetaGraphDef meta, UnaryOperator<NodeDef> change) {
        GraphDef.Builder graph = meta.getGraphDef().toBuilder();
        for (int i = 0; i < graph.getNodeCount(); i++) {
            graph.setNode(i, change.apply(graph.getNode(i)));
        }
        return meta.toBuilder().setGraphDef(graph).build();
    }

    private static MetaGraphDef inFunctions(MetaGraphDef meta, UnaryOperator<NodeDef> change) {
        GraphDef.Builder graph = meta.getGraphDef().toBuilder();
        for (int i = 0; i < graph.getLibrary().getFunctionCount(); i++) {
            FunctionDef.Builder function = graph.getLibrary().getFunction(i).toBuilder();
            for (int k = 0; k < function.getNodeDefCount(); k++) {
                function.setNodeDef(k, change.apply(function.getNodeDef(k)));
            }
            graph.getLibraryBuilder().setFunction(i, function);
        }
        return meta.toBuilder().setGraphDef(graph).build();
    }

    @Test
    void takesModelsThatOnlyCompute() {
        for (String model : List.of("columns", "keras", "loop", "several")) {
            MetaGraphDef meta = graph(model);
            MetaGraphDef single = model.equals("several")
                    ? meta.toBuilder().removeSignatureDef("second").build()
                    : meta;
            assertThatCode(() -> check(single)).as(model).doesNotThrowAnyException();
        }
    }

    @Test
    void refusesOperatorsThatReachOutsideWhereverTheyHide() {
        for (String operator :
                List.of("WriteFile", "SaveV2", "RestoreV2", "PyFunc", "RpcCall", "ReadFile", "TextLineDataset")) {
            // In the functions that the signature calls.
            refused(
                    inFunctions(
                            graph("columns"),
                            node -> node.getOp().equals("Sigmoid")
                                    ? node.toBuilder().setOp(operator).build()
                                    : node),
                    operator);
            // Among what a call needs: here only that it comes first.
            refused(
                    with(
                            graph("columns"),
                            node -> node.getOp().equals("Placeholder")
                                            && node.getName().startsWith("serving_default")
                                    ? node.toBuilder().setOp(operator).build()
                                    : node),
                    operator);
        }
    }

    @Test
    void refusesWhatInitialisationRuns() {
        MetaGraphDef meta = graph("vocabulary");
        refused(meta, "InitializeTableFromTextFileV2");
    }

    @Test
    void restoresFromTheModelsOwnCheckpointOnly() {
        MetaGraphDef meta = graph("keras");
        String file = meta.getSaverDef().getFilenameTensorName().replace(":0", "");

        // The restoring call gets the name of a file from somewhere else.
        MetaGraphDef elsewhere = with(
                meta,
                node -> node.getName().equals(meta.getSaverDef().getRestoreOpName())
                        ? node.toBuilder().setInput(0, "elsewhere").build()
                        : node);
        refused(elsewhere, "RestoreV2");
        // Its function makes the name up.
        refused(
                inFunctions(
                        meta,
                        node -> node.getOp().equals("RestoreV2")
                                ? node.toBuilder()
                                        .setInput(0, "made_up:output:0")
                                        .build()
                                : node),
                "RestoreV2");
        // The name itself is computed.
        refused(
                with(
                        meta,
                        node -> node.getName().equals(file)
                                ? node.toBuilder().setOp("ReadFile").build()
                                : node),
                "ReadFile");
        MetaGraphDef unknown = meta.toBuilder()
                .setSaverDef(meta.getSaverDef().toBuilder().clearFilenameTensorName())
                .build();
        refused(unknown, "RestoreV2");
    }

    @Test
    void looksAtWhatJavasBindingInitialises() {
        MetaGraphDef meta = graph("keras");
        GraphDef graph = meta.getGraphDef().toBuilder()
                .addNode(NodeDef.newBuilder().setName("Init").setOp("NoOp").addInput("^bad"))
                .addNode(NodeDef.newBuilder().setName("bad").setOp("WriteFile"))
                .build();

        refused(meta.toBuilder().setGraphDef(graph).build(), "WriteFile");
    }
}
