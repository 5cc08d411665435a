package io.millrace.pipeline.data;

import io.millrace.common.error.PlatformException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Finds the files that a pipeline names. They lie below one directory; nothing outside of it can be named. */
@ApplicationScoped
class SourceFiles {

    private final Path root;

    SourceFiles(@ConfigProperty(name = "millrace.pipeline.sources-dir") String directory) {
        this.root = Path.of(directory).toAbsolutePath().normalize();
    }

    /** The files of a path, which may hold {@code *}, sorted by name. */
    List<Path> find(String path) {
        if (path.isBlank() || path.startsWith("/") || path.contains("\\") || path.contains("..")) {
            throw outside(path);
        }
        try {
            List<Path> found;
            if (path.contains("*")) {
                PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + path);
                try (Stream<Path> all = Files.walk(root, 8)) {
                    found = all.filter(Files::isRegularFile)
                            .filter(file -> matcher.matches(root.relativize(file)))
                            .sorted()
                            .toList();
                }
            } else {
                found = Stream.of(root.resolve(path))
                        .filter(Files::isRegularFile)
                        .toList();
            }
            Path real = root.toRealPath();
            for (Path file : found) {
                if (!file.toRealPath().startsWith(real)) {
                    throw outside(path);
                }
            }
            if (found.isEmpty()) {
                throw PlatformException.invalid(
                        "/data/source/csv", "names no file below the sources directory: " + path);
            }
            return found;
        } catch (InvalidPathException e) {
            throw outside(path);
        } catch (IOException e) {
            throw new UncheckedIOException("the sources directory cannot be read: " + root, e);
        }
    }

    private static PlatformException outside(String path) {
        return PlatformException.invalid(
                "/data/source/csv", "must be a relative path below the sources directory, without '..': " + path);
    }
}
