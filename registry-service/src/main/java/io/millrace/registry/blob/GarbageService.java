package io.millrace.registry.blob;

import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jboss.logging.Logger;

/** Deletes content that no run, logged model, version and upload refers to any more. */
@ApplicationScoped
class GarbageService {

    private static final Logger LOG = Logger.getLogger(GarbageService.class);
    private static final int PAGE = 500;
    private static final int MAX_BLOBS = 20_000;

    private final BlobStore store;
    private final BlobFiles files;
    private final BlobConfig config;
    private final Clock clock;

    GarbageService(BlobStore store, BlobFiles files, BlobConfig config, Clock clock) {
        this.store = store;
        this.files = files;
        this.config = config;
        this.clock = clock;
    }

    /** Collects up to 20,000 contents. Doing it twice, or in two processes at once, is harmless. */
    GarbageReport collect(boolean dryRun) {
        Instant before = clock.instant().minus(config.garbageGrace());
        int blobs = 0;
        long bytes = 0;
        int missing = 0;
        String after = "";
        boolean more = true;
        while (more && blobs < MAX_BLOBS) {
            List<Blob> page = store.garbage(before, after, PAGE);
            for (Blob blob : page) {
                Collected collected = dryRun ? Collected.DELETED : collect(blob.sha256(), before);
                if (collected != Collected.IN_USE) {
                    blobs++;
                    bytes += blob.sizeBytes();
                    missing += collected == Collected.MISSING ? 1 : 0;
                }
                after = blob.sha256();
            }
            more = page.size() == PAGE;
        }
        int leftovers = dryRun ? 0 : files.deleteLeftovers(before);
        if (!dryRun && blobs + leftovers > 0) {
            LOG.infof("garbage collected blobs=%d bytes=%d missing=%d leftovers=%d", blobs, bytes, missing, leftovers);
        }
        return new GarbageReport(dryRun, blobs, bytes, missing, leftovers, more);
    }

    private enum Collected {
        DELETED,
        MISSING,
        IN_USE
    }

    /** The content goes while the transaction holds its row: an upload of the same waits, finds nothing and stores it anew. */
    private Collected collect(String sha256, Instant before) {
        return QuarkusTransaction.requiringNew().call(() -> {
            if (!store.forget(sha256, before)) {
                return Collected.IN_USE;
            }
            return files.delete(sha256) ? Collected.DELETED : Collected.MISSING;
        });
    }
}
