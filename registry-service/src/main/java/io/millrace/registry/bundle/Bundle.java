package io.millrace.registry.bundle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A bundle in a folder of this machine: a file of rows for each table, and the sizes of its files by digest, which are
 * in the store.
 */
record Bundle(BundleHeader header, Path folder, Map<String, Long> files) implements AutoCloseable {

    /** The rows of a table; the file is absent when there are none. */
    Path rows(BundleTable table) {
        return folder.resolve(table.table() + ".jsonl");
    }

    @Override
    public void close() {
        delete(folder);
    }

    static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a temporary folder cannot be deleted", e);
        }
    }
}
