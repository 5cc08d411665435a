package io.millrace.runtime.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.millrace.runtime.descriptor.ForeignFolder;
import io.millrace.runtime.descriptor.ModelDescriptor;
import io.millrace.runtime.descriptor.ModelFolder;
import io.millrace.runtime.descriptor.TargetTransform;
import io.millrace.runtime.feature.FittedFeatures;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ForeignFormat;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.tensor.OutputMapping;
import io.millrace.runtime.tensor.TensorGraph;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Three kinds of folder: one that Millrace wrote ({@code model.json}, {@code model.onnx}, {@code features.json}); a foreign
 * model with a declared signature ({@code model.json}, {@code model.onnx}); a bare folder with exactly one {@code *.onnx},
 * whose signature is read off the graph.
 */
public final class OnnxFormat implements ForeignFormat {

    public static final String NAME = "onnx";
    public static final String MODEL_FILE = "model.onnx";

    private static final String SUFFIX = ".onnx";
    private static final long MAX_BYTES = (2L << 30) - 1024;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean recognises(Path folder) {
        ModelFolder files = new ModelFolder(folder);
        if (files.mentions(ModelDescriptor.FILE)) {
            return files.find(MODEL_FILE).isPresent()
                    && files.peekDescriptor()
                            .filter(descriptor -> descriptor.format().equals(NAME))
                            .isPresent();
        }
        return !files.mentions(ForeignFolder.MLMODEL)
                && !files.mentions(ModelFolder.FEATURES_FILE)
                && files.findBySuffix(SUFFIX).size() == 1;
    }

    @Override
    public LoadedModel load(Path folder, LoadOptions options) {
        ModelFolder files = new ModelFolder(folder);
        if (!files.mentions(ModelDescriptor.FILE)) {
            List<Path> models = files.findBySuffix(SUFFIX);
            if (models.size() != 1 || files.mentions(ModelFolder.FEATURES_FILE)) {
                throw new ModelFormatException(
                        "a folder without model.json needs exactly one *.onnx file, found " + models.size());
            }
            return open(models.get(0), List.of(), options);
        }
        ModelDescriptor descriptor = files.descriptor();
        if (!descriptor.format().equals(NAME)) {
            throw new ModelFormatException("model.json says format " + descriptor.format() + ", not " + NAME);
        }
        TargetTransform target = target(descriptor);
        Signature signature = descriptor.signature();
        Optional<FittedFeatures> features =
                files.mentions(ModelFolder.FEATURES_FILE) ? Optional.of(files.features(descriptor)) : Optional.empty();
        return open(files.bytes(MODEL_FILE, descriptor, false), options, (session, content) -> {
            TensorGraph graph = OnnxGraph.of(session);
            Feeder feeder = features.isPresent()
                    ? new FeatureFeeder(graph.matrix(features.get()).name(), features.get())
                    : new ColumnFeeder(graph.bindings(signature), graph.maxBatch());
            long fitted = features.map(FittedFeatures::memoryBytes).orElse(0L);
            return model(session, content, signature, feeder, graph.outputs(signature), target, fitted);
        });
    }

    @Override
    public LoadedModel open(Path model, List<Column> inputs, LoadOptions options) {
        return open(ForeignFolder.read(model, MAX_BYTES), options, (session, content) -> {
            TensorGraph graph = OnnxGraph.of(session);
            Signature signature = graph.discover(inputs, content.gaps());
            Feeder feeder = new ColumnFeeder(graph.bindings(signature), graph.maxBatch());
            return model(session, content, signature, feeder, graph.outputs(signature), TargetTransform.NONE, 0);
        });
    }

    private static LoadedModel model(
            OrtSession session,
            OnnxContent.Checked content,
            Signature signature,
            Feeder feeder,
            OutputMapping outputs,
            TargetTransform target,
            long fittedBytes)
            throws OrtException {
        // ONNX Runtime keeps its own optimised copy of the weights beside the parsed graph.
        SessionRunner runner = new SessionRunner(session, feeder, outputs.requested(), 2L * content.bytes().length);
        Runner fastest =
                content.trees().isPresent() ? runner.orElse(content.trees().get()) : runner;
        return new OnnxModel(fastest, signature, outputs, target, fittedBytes);
    }

    private static TargetTransform target(ModelDescriptor descriptor) {
        try {
            return TargetTransform.parse(descriptor.targetTransform());
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException("model.json: " + e.getMessage(), e);
        }
    }

    private interface Assembly {
        LoadedModel assemble(OrtSession session, OnnxContent.Checked content) throws OrtException;
    }

    private static LoadedModel open(byte[] model, LoadOptions options, Assembly assembly) {
        OnnxContent.Checked content = OnnxContent.check(model);
        OrtSession session = null;
        try (OrtSession.SessionOptions settings = new OrtSession.SessionOptions()) {
            settings.setIntraOpNumThreads(options.threads());
            settings.setInterOpNumThreads(1);
            settings.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            // Threads that spin between predictions take the cores from request threads.
            settings.addConfigEntry("session.intra_op.allow_spinning", "0");
            session = OrtEnvironment.getEnvironment().createSession(content.bytes(), settings);
            LoadedModel loaded = assembly.assemble(session, content);
            session = null;
            return loaded;
        } catch (OrtException e) {
            throw new ModelFormatException("ONNX Runtime cannot load the model: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException("the model folder is not consistent: " + e.getMessage(), e);
        } finally {
            if (session != null) {
                SessionRunner.close(session);
            }
        }
    }
}
