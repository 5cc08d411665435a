package io.millrace.formats.torchscript;

import ai.djl.engine.Engine;
import ai.djl.pytorch.engine.PtEngineProvider;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** libtorch in this process; loaded once, by the first model. Guarded by the class. */
final class TorchEngine {

    private static @Nullable Engine engine;

    private TorchEngine() {}

    /** @throws ModelFormatException when the native libraries are not there or do not fit the machine */
    static synchronized Engine get(LoadOptions options) {
        Engine started = engine;
        if (started == null) {
            started = start(options);
            engine = started;
        }
        return started;
    }

    private static Engine start(LoadOptions options) {
        // Otherwise DJL fetches libraries it does not find, and reports its use from machines of a cloud.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        unlessSet("ai.djl.pytorch.num_threads", String.valueOf(options.threads()));
        unlessSet("ai.djl.pytorch.num_interop_threads", "1");
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try {
            Path libraries =
                    Files.createDirectories(options.natives().toAbsolutePath().resolve("pytorch"));
            unlessSet("DJL_CACHE_DIR", libraries.toString());
            unlessSet("ENGINE_CACHE_DIR", libraries.toString());
            // DJL looks for its parts, and for the packed libraries, with the thread's loader.
            thread.setContextClassLoader(TorchEngine.class.getClassLoader());
            Engine started = new PtEngineProvider().getEngine();
            if (started == null) {
                throw new ModelFormatException("libtorch did not start");
            }
            return started;
        } catch (IOException | RuntimeException | LinkageError e) {
            throw new ModelFormatException("libtorch cannot be loaded: " + e.getMessage(), e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static void unlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
