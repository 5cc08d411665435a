package io.millrace.runtime.catalog;

import io.millrace.runtime.spi.ModelFormat;
import io.millrace.runtime.spi.ModelFormatException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * Formats that a deployment adds: each sub-folder of a folder holds the jars of one, which get a class loader of their own
 * below this process's. The loaders live as long as the process, since native libraries cannot be unloaded.
 */
final class AddedFormats {

    private AddedFormats() {}

    /** @throws ModelFormatException naming the folder that is not there or holds no format */
    static List<ModelFormat> in(Path folder) {
        List<ModelFormat> found = new ArrayList<>();
        for (Path jars : list(folder)) {
            if (Files.isDirectory(jars)) {
                found.addAll(format(jars));
            }
        }
        if (found.isEmpty()) {
            throw new ModelFormatException(
                    "the folder of formats " + folder + " has no sub-folder with the jars of one");
        }
        return found;
    }

    // Never closed: its classes are in use until the process ends.
    @SuppressWarnings("resource")
    private static List<ModelFormat> format(Path folder) {
        URL[] jars = list(folder).stream()
                .filter(file -> file.toString().endsWith(".jar"))
                .map(AddedFormats::url)
                .toArray(URL[]::new);
        ClassLoader own =
                new URLClassLoader("format-" + folder.getFileName(), jars, AddedFormats.class.getClassLoader());
        List<ModelFormat> formats = ServiceLoader.load(ModelFormat.class, own).stream()
                // The parent's formats are listed as well.
                .filter(provider -> provider.type().getClassLoader() == own)
                .map(ServiceLoader.Provider::get)
                .toList();
        if (formats.isEmpty()) {
            throw new ModelFormatException("no jar in " + folder + " has a model format");
        }
        return formats;
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new ModelFormatException("cannot read the folder of formats " + folder, e);
        }
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException("every path has an address", e);
        }
    }
}
