package io.millrace.registry.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalBlobFilesTest extends BlobFilesContract {

    @TempDir
    Path folder;

    @Override
    BlobFiles files() {
        return new LocalBlobFiles(folder);
    }

    @Override
    int leftovers() throws Exception {
        try (var files = Files.list(folder.resolve("incoming"))) {
            return (int) files.count();
        }
    }

    @Test
    void hasNoLeftoversBeforeTheFirstUpload() {
        assertThat(files().deleteLeftovers(java.time.Instant.EPOCH)).isZero();
    }
}
