package io.millrace.benchmarks.model;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.millrace.benchmarks.serving.TreeModel;
import io.millrace.runtime.catalog.FormatCatalog;
import io.millrace.runtime.descriptor.TargetTransform;
import io.millrace.runtime.onnx.OnnxExport;
import io.millrace.runtime.onnx.OnnxModelWriter;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.Output;
import io.millrace.runtime.training.TrainedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Models of files, which are loaded as serving loads them and read named columns. */
final class FileSubject {

    private static final int LEAVES = 128;

    /** What writes a model. */
    private interface Writer {
        void write(Path folder) throws IOException;
    }

    private FileSubject() {}

    /** No library is here to say what is true; rows alone must answer as they do in a batch. */
    static Subject lightgbm() throws IOException {
        String text = TreeModel.text(MadeUpRows.WIDTH, 100, LEAVES, 7);
        LoadedModel model = load(folder -> Files.writeString(folder.resolve("model.txt"), text));
        Scorer scorer = rows -> () -> model.predict(rows).number(Output.PROBABILITY);
        return new Subject(scorer, scorer, 0);
    }

    /**
     * A forest that Tribuo trained and {@link OnnxExport} wrote.
     *
     * @param walked as trees; otherwise through a session, which a graph gets that does not say how wide its input is
     */
    static Subject onnx(boolean walked) throws IOException {
        TribuoSubject forest = TribuoSubject.forestOfNumbers();
        TrainedModel model = forest.model();
        ModelProto.Builder graph =
                ModelProto.parseFrom(OnnxExport.export(model.tribuo(), model.signature(), model.features()))
                        .toBuilder();
        if (!walked) {
            graph.getGraphBuilder()
                    .getInputBuilder(0)
                    .getTypeBuilder()
                    .getTensorTypeBuilder()
                    .getShapeBuilder()
                    .getDimBuilder(1)
                    .setDimParam("features");
        }
        byte[] onnx = graph.build().toByteArray();
        LoadedModel loaded = load(folder ->
                OnnxModelWriter.write(folder, onnx, model.signature(), model.features(), TargetTransform.NONE));
        // A session is taken to hold the file twice; trees need less than it.
        if (walked == loaded.memoryBytes() >= 2L * onnx.length) {
            throw new IllegalStateException("the graph is " + (walked ? "not " : "") + "walked as trees");
        }
        Scorer scorer = rows -> () -> loaded.predict(rows).number(Output.PREDICTION);
        return new Subject(scorer, forest.objects(), 1e-4);
    }

    /** Stays open until the process ends. */
    private static LoadedModel load(Writer writer) throws IOException {
        Path folder = Files.createTempDirectory("millrace-model");
        try {
            writer.write(folder);
            return FormatCatalog.load().open(folder, LoadOptions.online());
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        }
    }
}
