package io.millrace.runtime.spi;

import java.nio.file.Path;
import java.util.List;

/** A format whose model can be opened on its own when another tool made the folder around it, such as MLflow. */
public interface ForeignFormat extends ModelFormat {

    /**
     * Opens a model that has no descriptor.
     *
     * @param model the file or, for formats that are folders, the folder; never a link
     * @param inputs the columns as the tool that made the folder knows them, in order; empty when only the model speaks
     * @throws ModelFormatException when it is corrupted, cannot be run, or does not read these columns
     */
    LoadedModel open(Path model, List<Column> inputs, LoadOptions options);
}
