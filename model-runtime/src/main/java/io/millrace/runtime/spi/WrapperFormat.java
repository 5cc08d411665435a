package io.millrace.runtime.spi;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** A format whose folder holds a model of another format, and something about it. */
public interface WrapperFormat extends ModelFormat {

    /**
     * As {@link ModelFormat#load}, with the formats that may be inside.
     *
     * @param formats a format by its name, if this process has it
     */
    LoadedModel load(Path folder, LoadOptions options, Function<String, Optional<ModelFormat>> formats);
}
