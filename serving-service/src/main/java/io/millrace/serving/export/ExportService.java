package io.millrace.serving.export;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Writes predictions to files. */
@ApplicationScoped
class ExportService {

    private static final int PAGE = 5000;

    private final ExportStore store;
    private final ExportConfig config;
    private final Semaphore running;

    ExportService(ExportStore store, ExportConfig config) {
        this.store = store;
        this.config = config;
        this.running = new Semaphore(config.concurrent());
    }

    /**
     * A Parquet file of the predictions of an endpoint whose event time lies in a range; whoever closes the stream deletes it.
     *
     * @throws PlatformException NOT_FOUND; INVALID_REQUEST when the range is empty, too long or holds too many rows;
     *     TOO_MANY_REQUESTS while others export
     */
    InputStream export(String endpoint, Instant from, Instant to) {
        if (!from.isBefore(to) || Duration.between(from, to).compareTo(config.maxRange()) > 0) {
            throw PlatformException.invalid(
                    "/to", "must be after from, by at most " + config.maxRange() + ", got " + from + " to " + to);
        }
        if (!store.knows(endpoint)) {
            throw PlatformException.notFound("endpoint", endpoint);
        }
        if (!running.tryAcquire()) {
            throw new PlatformException(ErrorCode.TOO_MANY_REQUESTS, "Another export is running, try again later");
        }
        try {
            return written(endpoint, from, to);
        } catch (IOException e) {
            throw new UncheckedIOException("the export could not be written", e);
        } finally {
            running.release();
        }
    }

    private InputStream written(String endpoint, Instant from, Instant to) throws IOException {
        Path folder = config.dataDir().toAbsolutePath().normalize().resolve("export");
        Files.createDirectories(folder);
        Path file = folder.resolve(UUID.randomUUID() + ".parquet");
        try {
            write(endpoint, from, to, file);
            return Files.newInputStream(file, StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private void write(String endpoint, Instant from, Instant to, Path file) throws IOException {
        long rows = 0;
        try (PredictionsFile out = new PredictionsFile(file)) {
            @Nullable ExportedRow last = null;
            List<ExportedRow> page;
            do {
                page = store.page(endpoint, from, to, last, PAGE);
                rows += page.size();
                if (rows > config.maxRows()) {
                    throw PlatformException.invalid(
                            "/to",
                            "the range holds more than " + config.maxRows() + " predictions; ask for a shorter one");
                }
                for (ExportedRow row : page) {
                    out.write(row);
                    last = row;
                }
            } while (page.size() == PAGE);
        }
    }
}
