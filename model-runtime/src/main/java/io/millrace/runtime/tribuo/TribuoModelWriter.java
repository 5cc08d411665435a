package io.millrace.runtime.tribuo;

import io.millrace.runtime.descriptor.ModelDescriptor;
import io.millrace.runtime.descriptor.ModelFolder;
import io.millrace.runtime.descriptor.TargetTransform;
import io.millrace.runtime.feature.FittedFeatures;
import io.millrace.runtime.spi.Signature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.tribuo.Model;

/** Writes a folder that {@link TribuoFormat} reads. */
public final class TribuoModelWriter {

    private TribuoModelWriter() {}

    /** Makes the folder when needed and replaces the files in it; {@code model.json} is last, so half a folder is no model. */
    public static void write(
            Path folder, Model<?> model, Signature signature, FittedFeatures features, TargetTransform target)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        model.serializeToStream(bytes);
        new ModelFolder(folder)
                .write(
                        ModelDescriptor.of(TribuoFormat.NAME, signature, target.text()),
                        TribuoFormat.MODEL_FILE,
                        bytes.toByteArray(),
                        Optional.of(features));
    }
}
