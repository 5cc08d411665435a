package io.millrace.formats.savedmodel;

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
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.MetaGraphDef;

/**
 * A folder that is a SavedModel, with or without a {@code model.json} of ours and a {@code features.json}. Names, types and
 * widths come from its serving signature.
 *
 * <p>With one thread a prediction uses the calling thread. TensorFlow has one pool of threads inside of an operator for the
 * process: the first load decides on its size.
 */
public final class SavedModelFormat implements ForeignFormat {

    public static final String NAME = "savedmodel";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean recognises(Path folder) {
        ModelFolder files = new ModelFolder(folder);
        if (files.find(SavedModelFolder.GRAPH_FILE).isEmpty() || files.mentions(ForeignFolder.MLMODEL)) {
            return false;
        }
        return files.mentions(ModelDescriptor.FILE)
                ? files.peekDescriptor()
                        .filter(descriptor -> descriptor.format().equals(NAME))
                        .isPresent()
                : !files.mentions(ModelFolder.FEATURES_FILE);
    }

    @Override
    public LoadedModel load(Path folder, LoadOptions options) {
        ModelFolder files = new ModelFolder(folder);
        if (!files.mentions(ModelDescriptor.FILE)) {
            return open(folder, List.of(), options);
        }
        ModelDescriptor descriptor = files.descriptor();
        if (!descriptor.format().equals(NAME)) {
            throw new ModelFormatException("model.json says format " + descriptor.format() + ", not " + NAME);
        }
        Optional<FittedFeatures> features =
                files.mentions(ModelFolder.FEATURES_FILE) ? Optional.of(files.features(descriptor)) : Optional.empty();
        return open(folder, descriptor.digests(), options, (bundle, serving, bytes) -> {
            TargetTransform target = TargetTransform.parse(descriptor.targetTransform());
            Signature signature = descriptor.signature();
            TensorFeed feed = features.isPresent()
                    ? TensorFeed.ofFeatures(
                            serving.graph().matrix(features.get()).name(), features.get())
                    : TensorFeed.ofColumns(
                            serving.graph().bindings(signature), serving.graph().maxBatch());
            return new TensorFlowModel(bundle, serving, signature, feed, target, bytes);
        });
    }

    @Override
    public LoadedModel open(Path model, List<Column> inputs, LoadOptions options) {
        return open(model, Map.of(), options, (bundle, serving, bytes) -> {
            Signature signature = serving.graph().discover(inputs, false);
            TensorFeed feed = TensorFeed.ofColumns(
                    serving.graph().bindings(signature), serving.graph().maxBatch());
            return new TensorFlowModel(bundle, serving, signature, feed, TargetTransform.NONE, bytes);
        });
    }

    private interface Assembly {
        LoadedModel assemble(SavedModelBundle bundle, ServingSignature serving, long bytes);
    }

    private static LoadedModel open(Path folder, Map<String, String> digests, LoadOptions options, Assembly assembly) {
        SavedModelFolder files = new SavedModelFolder(folder);
        long weights = files.check(digests);
        MetaGraphDef meta = files.graph();
        ServingSignature serving = ServingSignature.of(meta);
        Set<String> stateless = TensorFlowEngine.stateless(options);
        new GraphGuard(meta, operator -> !stateless.contains(operator)).check(serving.roots(meta));
        SavedModelBundle bundle = null;
        try {
            bundle = SavedModelBundle.loader(folder.toString())
                    .withTags(SavedModelFolder.TAG)
                    .withConfigProto(config(options))
                    .load();
            LoadedModel loaded = assembly.assemble(bundle, serving, weights + meta.getSerializedSize());
            bundle = null;
            return loaded;
        } catch (TensorFlowException e) {
            throw new ModelFormatException("TensorFlow cannot load the model: " + TensorFlowModel.reason(e), e);
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException("the model folder is not consistent: " + TensorFlowModel.reason(e), e);
        } finally {
            if (bundle != null) {
                bundle.close();
            }
        }
    }

    private static ConfigProto config(LoadOptions options) {
        return ConfigProto.newBuilder()
                .setIntraOpParallelismThreads(options.threads())
                // Below zero: operators run one after the other on the calling thread, without a hand-over.
                .setInterOpParallelismThreads(options.threads() == 1 ? -1 : options.threads())
                .build();
    }
}
