package io.millrace.formats.savedmodel;

import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.OpDef;

/** TensorFlow in this process; its libraries are loaded once, by the first model. Guarded by the class. */
final class TensorFlowEngine {

    private static @Nullable Set<String> stateless;

    private TensorFlowEngine() {}

    /**
     * The operators without state, by TensorFlow's own register.
     *
     * @throws ModelFormatException when the native libraries are not there or do not fit the machine
     */
    static synchronized Set<String> stateless(LoadOptions options) {
        Set<String> known = stateless;
        if (known == null) {
            known = start(options);
            stateless = known;
        }
        return known;
    }

    private static Set<String> start(LoadOptions options) {
        try {
            Path libraries =
                    Files.createDirectories(options.natives().toAbsolutePath().resolve("tensorflow"));
            unlessSet("org.bytedeco.javacpp.cachedir", libraries.toString());
            // Their defaults are the heap's size, and twice that for the whole process, which the library alone
            // exceeds.
            unlessSet("org.bytedeco.javacpp.maxbytes", "0");
            unlessSet("org.bytedeco.javacpp.maxphysicalbytes", "0");
            return TensorFlow.registeredOpList().getOpList().stream()
                    .filter(operator -> !operator.getIsStateful())
                    .map(OpDef::getName)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException | RuntimeException | LinkageError e) {
            throw new ModelFormatException("TensorFlow cannot be loaded: " + e.getMessage(), e);
        }
    }

    private static void unlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
