package io.millrace.serving.predictionlog;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
        Path copy = Files.createTempDirectory("killed");
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

    /** Lines of COPY. */
    static List<String> lines(Path folder) throws IOException, InterruptedException {
        Path copy = copy(folder);
        List<String> lines = new ArrayList<>();
        try (Spool found = new Spool(copy, 1L << 40, 1 << 12)) {
            CopyLine line = new CopyLine(new ObjectMapper());
            List<byte[]> records = found.peek(ALL, 0);
            for (byte[] record : records) {
                lines.add(new String(line.of(record), StandardCharsets.UTF_8));
            }
            if (!records.isEmpty()) {
                found.take(records.size());
            }
        }
        Files.delete(copy);
        return lines;
    }
}
