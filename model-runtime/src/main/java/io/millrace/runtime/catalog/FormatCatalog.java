package io.millrace.runtime.catalog;

import io.millrace.runtime.descriptor.ModelDescriptor;
import io.millrace.runtime.descriptor.ModelFolder;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormat;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.WrapperFormat;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The model formats of this process: those on the class path, and those that a deployment adds. Immutable. */
public final class FormatCatalog {

    private final List<ModelFormat> formats;

    /** @throws IllegalArgumentException when two have one name */
    public FormatCatalog(List<ModelFormat> formats) {
        this.formats =
                formats.stream().sorted(Comparator.comparing(ModelFormat::name)).toList();
        if (formats.stream().map(ModelFormat::name).distinct().count() < formats.size()) {
            throw new IllegalArgumentException("two formats of one name among " + names());
        }
    }

    /** All formats registered with {@link ServiceLoader}. */
    public static FormatCatalog load() {
        return new FormatCatalog(builtIn());
    }

    /**
     * Those and the ones that a deployment adds. Once in a process: native libraries load only once.
     *
     * @param added a folder with one sub-folder of jars for each format
     * @throws ModelFormatException when the folder holds no formats
     */
    public static FormatCatalog load(Path added) {
        return new FormatCatalog(Stream.concat(builtIn().stream(), AddedFormats.in(added).stream())
                .toList());
    }

    private static List<ModelFormat> builtIn() {
        // This class's own loader, not the thread's: Quarkus runs start-up code on threads of another loader.
        return ServiceLoader.load(ModelFormat.class, FormatCatalog.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    /** The format of a name, if it is there. */
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
                return format instanceof WrapperFormat wrapper
                        ? wrapper.load(folder, options, this::find)
                        : format.load(folder, options);
            }
        }
        OptionalFormat.of(folder)
                .filter(format -> find(format.format()).isEmpty())
                .ifPresent(format -> {
                    throw new ModelFormatException(format.missing());
                });
        ModelFolder files = new ModelFolder(folder);
        // A descriptor that cannot be read is the likeliest reason that nobody knew the folder: it says so itself.
        String declared = files.mentions(ModelDescriptor.FILE)
                ? " (model.json says " + files.descriptor().format() + ")"
                : "";
        throw new ModelFormatException("no known model format in " + folder.getFileName() + declared + ", tried "
                + formats.stream().map(ModelFormat::name).collect(Collectors.joining(", ")));
    }
}
