package io.millrace.pipeline.run;

import io.millrace.pipeline.step.StepName;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Folders for files in the making, one for each attempt. What a killed worker left behind goes when its run is taken over. */
@ApplicationScoped
class WorkFolders {

    private static final Logger LOG = Logger.getLogger(WorkFolders.class);

    private final Path root;

    WorkFolders(@ConfigProperty(name = "millrace.data-dir") String dataDirectory) {
        this.root = Path.of(dataDirectory).toAbsolutePath().resolve("work");
    }

    Path create(UUID runId, StepName step) throws IOException {
        return Files.createTempDirectory(Files.createDirectories(root.resolve(runId.toString())), step.wire());
    }

    /** Deletes what is left of a run. */
    void clear(UUID runId) {
        delete(root.resolve(runId.toString()));
    }

    void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.deleteIfExists(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (IOException | UncheckedIOException e) {
            LOG.warnf("work folder left behind path=%s reason=%s", folder, e.getMessage());
        }
    }
}
