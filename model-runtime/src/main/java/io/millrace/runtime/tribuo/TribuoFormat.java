package io.millrace.runtime.tribuo;

import io.millrace.runtime.descriptor.ModelDescriptor;
import io.millrace.runtime.descriptor.ModelFolder;
import io.millrace.runtime.descriptor.TargetTransform;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormat;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.Task;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import ml.dmlc.xgboost4j.java.Booster;
import org.tribuo.Model;
import org.tribuo.common.xgboost.XGBoostModel;

/**
 * Folder of {@code model.json}, {@code model.tribuo} (Tribuo's protobuf) and {@code features.json}. One prediction always
 * uses the calling thread; {@link LoadOptions#threads} does not matter.
 */
public final class TribuoFormat implements ModelFormat {

    public static final String NAME = "tribuo";
    public static final String MODEL_FILE = "model.tribuo";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean recognises(Path folder) {
        ModelFolder files = new ModelFolder(folder);
        return files.find(MODEL_FILE).isPresent()
                && files.peekDescriptor()
                        .filter(descriptor -> descriptor.format().equals(NAME))
                        .isPresent();
    }

    @Override
    public LoadedModel load(Path folder, LoadOptions options) {
        ModelFolder files = new ModelFolder(folder);
        ModelDescriptor descriptor = files.descriptor();
        if (!descriptor.format().equals(NAME)) {
            throw new ModelFormatException("model.json says format " + descriptor.format() + ", not " + NAME);
        }
        if (descriptor.signature().task() == Task.GENERIC) {
            throw new ModelFormatException("a Tribuo model is a classifier or a regression, not GENERIC");
        }
        Model<?> model = read(files.bytes(MODEL_FILE, descriptor, true), descriptor.signature());
        try {
            TribuoModel loaded = new TribuoModel(
                    model,
                    descriptor.signature(),
                    files.features(descriptor),
                    TargetTransform.parse(descriptor.targetTransform()));
            if (loaded.compiled().isPresent() && model instanceof XGBoostModel<?> boosted) {
                boosted.getInnerModels().forEach(Booster::dispose);
            }
            return loaded;
        } catch (ModelFormatException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ModelFormatException("the model folder is not consistent: " + e.getMessage(), e);
        }
    }

    private static Model<?> read(byte[] bytes, Signature signature) {
        try {
            Model<?> model = Model.deserializeFromStream(new ByteArrayInputStream(bytes));
            boolean regression = model.validate(org.tribuo.regression.Regressor.class);
            boolean classifier = model.validate(org.tribuo.classification.Label.class);
            if (signature.task() == Task.REGRESSION ? !regression : !classifier) {
                throw new ModelFormatException(MODEL_FILE + " does not hold a model for the task " + signature.task());
            }
            return model;
        } catch (IOException | IllegalStateException | IllegalArgumentException | ClassCastException e) {
            throw new ModelFormatException(MODEL_FILE + " is corrupted: " + e.getMessage(), e);
        } catch (IndexOutOfBoundsException | NullPointerException | NegativeArraySizeException e) {
            // Tribuo's readers trust the numbers in the file.
            throw new ModelFormatException(MODEL_FILE + " is corrupted", e);
        }
    }
}
