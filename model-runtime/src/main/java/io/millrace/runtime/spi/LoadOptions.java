package io.millrace.runtime.spi;

import java.nio.file.Path;
import java.util.Set;

/**
 * How to run a loaded model.
 *
 * @param threads threads one prediction may use, 1 to 256: 1 for online serving, where requests already run in parallel;
 *     the number of cores for batch
 * @param externalServers the only servers that a model may send rows to, each as {@code http://host:port}; a model folder
 *     comes from outside and must not choose by itself where rows go
 * @param natives folder where a format may keep unpacked native libraries; the first load in a process decides. Only this
 *     process's user may write to it, since what lies there is run
 */
public record LoadOptions(int threads, Set<String> externalServers, Path natives) {

    private static final Path NATIVES = Path.of(".millrace", "natives");

    public LoadOptions {
        if (threads < 1 || threads > 256) {
            throw new IllegalArgumentException("threads: " + threads);
        }
        externalServers = Set.copyOf(externalServers);
    }

    /** Native libraries below the working directory. */
    public LoadOptions(int threads, Set<String> externalServers) {
        this(threads, externalServers, NATIVES);
    }

    /** No external servers. */
    public LoadOptions(int threads) {
        this(threads, Set.of());
    }

    /** One thread for each prediction. */
    public static LoadOptions online() {
        return new LoadOptions(1);
    }
}
