package io.millrace.runtime.onnx;

import io.millrace.runtime.descriptor.ModelDescriptor;
import io.millrace.runtime.descriptor.ModelFolder;
import io.millrace.runtime.descriptor.TargetTransform;
import io.millrace.runtime.feature.FittedFeatures;
import io.millrace.runtime.spi.Signature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Writes a folder that {@link OnnxFormat} reads. */
public final class OnnxModelWriter {

    private OnnxModelWriter() {}

    /** Makes the folder when needed and replaces the files in it; {@code model.json} is last, so half a folder is no model. */
    public static void write(
            Path folder, byte[] onnx, Signature signature, FittedFeatures features, TargetTransform target)
            throws IOException {
        new ModelFolder(folder)
                .write(
                        ModelDescriptor.of(OnnxFormat.NAME, signature, target.text()),
                        OnnxFormat.MODEL_FILE,
                        onnx,
                        Optional.of(features));
    }

    /** An ONNX model made elsewhere, with a signature of its own: columns go to the graph's inputs as they are. */
    public static void write(Path folder, byte[] onnx, Signature signature) throws IOException {
        new ModelFolder(folder)
                .write(
                        ModelDescriptor.of(OnnxFormat.NAME, signature, null),
                        OnnxFormat.MODEL_FILE,
                        onnx,
                        Optional.empty());
    }
}
