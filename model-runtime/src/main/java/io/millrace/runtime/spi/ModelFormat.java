package io.millrace.runtime.spi;

import java.nio.file.Path;

/**
 * A kind of model file. Found by {@link java.util.ServiceLoader}; stateless, with a public constructor without arguments.
 * Every implementation's test extends {@code ModelFormatContract}.
 */
public interface ModelFormat {

    /** Short lower-case name as written in {@code model.json}, such as {@code tribuo}. */
    String name();

    /** Whether the folder looks like this format's. Cheap, reads no model, never throws for a strange folder. */
    boolean recognises(Path folder);

    /**
     * Loads the model. Follows no symbolic link and reads nothing outside the folder.
     *
     * @throws ModelFormatException when the folder is incomplete or corrupted
     */
    LoadedModel load(Path folder, LoadOptions options);
}
