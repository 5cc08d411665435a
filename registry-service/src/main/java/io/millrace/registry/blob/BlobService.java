package io.millrace.registry.blob;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.InputStream;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Takes content in and gives it out. */
@ApplicationScoped
public class BlobService {

    private final BlobFiles files;
    private final BlobStore store;
    private final Clock clock;

    BlobService(BlobFiles files, BlobStore store, Clock clock) {
        this.files = files;
        this.store = store;
        this.clock = clock;
    }

    /**
     * Streams content into the store. Call it with no transaction open; refer to the content soon after, before it counts as
     * garbage.
     *
     * @param expected digest the client promised, in hex; another one is refused and nothing is kept
     */
    public Blob receive(InputStream content, @Nullable String expected) {
        try (Incoming incoming = files.receive(content)) {
            if (expected != null && !expected.equalsIgnoreCase(incoming.sha256())) {
                throw new PlatformException(
                        ErrorCode.UNPROCESSABLE,
                        "The content's SHA-256 is " + incoming.sha256() + ", the header said " + expected);
            }
            Blob blob = new Blob(incoming.sha256(), incoming.sizeBytes());
            // In this order, see the package's description.
            store.touch(blob, clock.instant());
            incoming.keep();
            return blob;
        }
    }

    /** Content of a digest that the database knows. */
    public BlobContent content(String sha256) {
        return files.get(sha256);
    }
}
