package io.millrace.registry.blob;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/** Content that can be read, also in part. */
public interface BlobContent {

    /**
     * Streams some of it; the caller closes the stream.
     *
     * @param first position of the first byte, from 0
     * @param length how many bytes, at least 1 and not beyond the end
     */
    InputStream open(long first, long length) throws IOException;

    /** All of it; for content that is known to be small. */
    byte[] bytes() throws IOException;

    /** The file that holds it, when there is one on this machine. */
    default Optional<Path> file() {
        return Optional.empty();
    }
}
