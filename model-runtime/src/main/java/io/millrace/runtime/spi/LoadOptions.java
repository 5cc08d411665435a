package io.millrace.runtime.spi;

/**
 * How to run a loaded model.
 *
 * @param threads threads one prediction may use, 1 to 256: 1 for online serving, where requests already run in parallel;
 *     the number of cores for batch
 */
public record LoadOptions(int threads) {

    public LoadOptions {
        if (threads < 1 || threads > 256) {
            throw new IllegalArgumentException("threads: " + threads);
        }
    }

    /** One thread for each prediction. */
    public static LoadOptions online() {
        return new LoadOptions(1);
    }
}
