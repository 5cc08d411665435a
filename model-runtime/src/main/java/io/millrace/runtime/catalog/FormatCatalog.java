package io.millrace.runtime.catalog;

import io.millrace.runtime.descriptor.ModelDescriptor;
import io.millrace.runtime.descriptor.ModelFolder;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormat;
import io.millrace.runtime.spi.ModelFormatException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** The model formats on the class path. Immutable. */
public final class FormatCatalog {

    private final List<ModelFormat> formats;

    public FormatCatalog(List<ModelFormat> formats) {
        this.formats =
                formats.stream().sorted(Comparator.comparing(ModelFormat::name)).toList();
    }

    /** All formats registered with {@link ServiceLoader}. */
    public static FormatCatalog load() {
        // This class's own loader, not the thread's: Quarkus runs start-up code on threads of another loader.
        return new FormatCatalog(ServiceLoader.load(ModelFormat.class, FormatCatalog.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .toList());
    }

    /** The format of a name, if it is on the class path. */
    public Optional<ModelFormat> find(String name) {
        return formats.stream().filter(format -> format.name().equals(name)).findFirst();
    }

    /** Names of the formats, in text order. */
    public List<String> names() {
        return formats.stream().map(ModelFormat::name).toList();
    }

    /**
     * Opens a model folder with the first format that recognises it.
     *
     * @throws ModelFormatException naming the formats tried, or what is wrong in the folder
     */
    public LoadedModel open(Path folder, LoadOptions options) {
        for (ModelFormat format : formats) {
            if (format.recognises(folder)) {
                return format.load(folder, options);
            }
        }
        ModelFolder files = new ModelFolder(folder);
        // A descriptor that cannot be read is the likeliest reason that nobody knew the folder: it says so itself.
        String declared = files.mentions(ModelDescriptor.FILE)
                ? " (model.json says " + files.descriptor().format() + ")"
                : "";
        throw new ModelFormatException("no known model format in " + folder.getFileName() + declared + ", tried "
                + formats.stream().map(ModelFormat::name).collect(Collectors.joining(", ")));
    }
}
