package io.millrace.serving.predictionlog;

import io.millrace.serving.predictionlog.spool.Spool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What another process would find if the one that writes a spool were killed now. */
final class KilledSpool {

    private static final int ALL = 1 << 20;

    private KilledSpool() {}

    /** The files as they are now. */
    static Path copy(Path folder) throws IOException {
        Path copy = Files.createTempDirectory(Path.of("target"), "killed");
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                try {
                    Files.copy(file, copy.resolve(String.valueOf(file.getFileName())));
                } catch (NoSuchFileException e) {
                    // What is stored may go meanwhile.
                    continue;
                }
            }
        }
        return copy;
    }

    static List<CopiedRow> rows(Path folder) throws IOException, InterruptedException {
        Path copy = copy(folder);
        List<CopiedRow> rows = new ArrayList<>();
        try (Spool found = new Spool(copy, 1L << 40, 1 << 12)) {
            CopyRow row = new CopyRow();
            List<byte[]> records = found.peek(ALL, 0);
            for (byte[] record : records) {
                rows.add(new CopiedRow(row.of(record)));
            }
            if (!records.isEmpty()) {
                found.take(records.size());
            }
        }
        Files.delete(copy);
        return rows;
    }
}
