package io.millrace.formats.torchscript;

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
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A folder with one TorchScript archive and a {@code model.json}, since TorchScript knows neither names nor types of columns;
 * with a {@code features.json} the archive reads the features, otherwise the columns in their order. One matrix goes in.
 *
 * <p>A prediction uses the calling thread. libtorch has one number of threads for the process: the first load's.
 */
public final class TorchScriptFormat implements ForeignFormat {

    public static final String NAME = "torchscript";

    private static final long MAX_BYTES = (2L << 30) - 1024;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean recognises(Path folder) {
        return folder(folder).recognised();
    }

    @Override
    public LoadedModel load(Path folder, LoadOptions options) {
        ForeignFolder.Content content = folder(folder).read();
        // First: a pickle needs other advice than a signature.
        TorchArchive.check(content.model());
        ModelDescriptor descriptor = content.descriptor().orElseThrow(TorchScriptFormat::unsigned);
        ModelFolder files = new ModelFolder(folder);
        Optional<FittedFeatures> features =
                files.mentions(ModelFolder.FEATURES_FILE) ? Optional.of(files.features(descriptor)) : Optional.empty();
        TorchModule module = TorchModule.load(content.model(), options);
        return module.use(() -> {
            TargetTransform target = TargetTransform.parse(descriptor.targetTransform());
            return features.isPresent()
                    ? TorchModel.ofFeatures(module, descriptor.signature(), features.get(), target)
                    : TorchModel.declared(module, descriptor.signature(), target);
        });
    }

    @Override
    public LoadedModel open(Path model, List<Column> inputs, LoadOptions options) {
        byte[] archive = ForeignFolder.read(model, MAX_BYTES);
        TorchArchive.check(archive);
        if (inputs.isEmpty()) {
            throw unsigned();
        }
        TorchModule module = TorchModule.load(archive, options);
        return module.use(() -> TorchModel.discovered(module, inputs));
    }

    private static ModelFormatException unsigned() {
        return new ModelFormatException("a TorchScript archive does not say what its columns are: add a model.json with"
                + " a signature, or log it by MLflow with a signature of named columns");
    }

    private static ForeignFolder folder(Path folder) {
        return new ForeignFolder(folder, NAME, TorchArchive::begins, MAX_BYTES);
    }
}
