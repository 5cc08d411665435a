package io.millrace.registry.artifact;

import io.millrace.common.error.PlatformException;
import io.millrace.registry.blob.Blob;
import io.millrace.registry.blob.BlobService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Takes files in parts: what has arrived stays when the connection breaks, and each part can be sent again. */
@ApplicationScoped
public class UploadService {

    private static final Logger LOG = Logger.getLogger(UploadService.class);
    private static final int MAX_PARTS = 10_000;

    private final UploadStore store;
    private final ArtifactService artifacts;
    private final BlobService blobs;
    private final Clock clock;
    private final Duration expiry;

    UploadService(
            UploadStore store,
            ArtifactService artifacts,
            BlobService blobs,
            Clock clock,
            @ConfigProperty(name = "millrace.registry.artifact.upload-expiry", defaultValue = "7d") Duration expiry) {
        this.store = store;
        this.artifacts = artifacts;
        this.blobs = blobs;
        this.clock = clock;
        this.expiry = expiry;
    }

    /** Begins an upload of 1 to 10,000 parts. */
    @Transactional
    public Upload create(ArtifactOwner owner, ArtifactPath path, int partCount, String actor) {
        if (partCount < 1 || partCount > MAX_PARTS) {
            throw PlatformException.invalid("/num_parts", "must be 1 to " + MAX_PARTS);
        }
        artifacts.checkWritable(owner);
        Instant now = clock.instant();
        Upload upload = new Upload(
                UUID.randomUUID(), owner, path.value(), partCount, Upload.State.OPEN, List.of(), now.plus(expiry));
        store.add(upload, actor, now);
        return upload;
    }

    @Transactional
    public Upload get(String uploadId) {
        return find(uploadId);
    }

    private Upload find(String uploadId) {
        try {
            return store.find(UUID.fromString(uploadId)).orElseThrow(() -> notFound(uploadId));
        } catch (IllegalArgumentException e) {
            throw notFound(uploadId);
        }
    }

    private static PlatformException notFound(String uploadId) {
        return PlatformException.notFound("upload", uploadId);
    }

    /** Streams one part into the store, in place of an earlier one with its number; no transaction is open meanwhile. */
    public Upload.Part receive(String uploadId, int partNumber, InputStream content) {
        Upload upload = find(uploadId);
        if (partNumber < 1 || partNumber > upload.partCount()) {
            throw PlatformException.invalid("/part_number", "must be 1 to " + upload.partCount());
        }
        checkOpen(upload);
        Blob blob = blobs.receive(content, null);
        Upload.Part part = new Upload.Part(partNumber, blob.sha256(), blob.sizeBytes());
        if (!store.putPart(upload.uploadId(), part)) {
            throw notFound(uploadId);
        }
        return part;
    }

    private static void checkOpen(Upload upload) {
        if (upload.state() != Upload.State.OPEN) {
            throw PlatformException.conflict("The upload is complete: " + upload.uploadId());
        }
    }

    /**
     * Puts the parts together and makes the file part of its owner. Nothing happens when that was done before.
     *
     * @param etags what the sender got for each part, by number
     */
    public void complete(String uploadId, ArtifactOwner owner, ArtifactPath path, Map<Integer, String> etags) {
        Upload upload = checked(uploadId, owner, path);
        if (upload.state() == Upload.State.COMPLETE) {
            return;
        }
        if (upload.parts().size() != upload.partCount()) {
            throw PlatformException.conflict("Only " + upload.parts().size() + " of " + upload.partCount()
                    + " parts have arrived; send the others and complete the upload then");
        }
        for (Upload.Part part : upload.parts()) {
            String etag = etags.get(part.partNumber());
            if (etag == null || !etag.replace("\"", "").equals(part.sha256())) {
                throw PlatformException.invalid(
                        "/parts",
                        "must name each part with the ETag that its upload answered; part " + part.partNumber()
                                + " has " + part.sha256());
            }
        }
        if (etags.size() != upload.partCount()) {
            throw PlatformException.invalid("/parts", "must be " + upload.partCount());
        }
        artifacts.checkWritable(owner);
        Artifact whole = artifacts.receive(path, new SequenceInputStream(contents(upload)), null);
        artifacts.link(owner, whole);
        store.complete(upload.uploadId());
        LOG.infof("upload complete upload=%s parts=%d bytes=%d", uploadId, upload.partCount(), whole.sizeBytes());
    }

    private Upload checked(String uploadId, ArtifactOwner owner, ArtifactPath path) {
        Upload upload = find(uploadId);
        if (!upload.owner().equals(owner) || !upload.path().equals(path.value())) {
            throw notFound(uploadId);
        }
        return upload;
    }

    /** Opens each part when the one before it is read. */
    private Enumeration<InputStream> contents(Upload upload) {
        Iterator<Upload.Part> parts =
                upload.parts().stream().filter(p -> p.sizeBytes() > 0).iterator();
        return new Enumeration<>() {
            @Override
            public boolean hasMoreElements() {
                return parts.hasNext();
            }

            @Override
            public InputStream nextElement() {
                Upload.Part part = parts.next();
                try {
                    return blobs.content(part.sha256()).open(0, part.sizeBytes());
                } catch (IOException e) {
                    throw new UncheckedIOException("a part cannot be read", e);
                }
            }
        };
    }

    /** Forgets an upload; a complete one keeps its file. */
    @Transactional
    public void abort(String uploadId, ArtifactOwner owner, ArtifactPath path) {
        store.delete(checked(uploadId, owner, path).uploadId());
    }

    /** Forgets uploads whose time is over; their content becomes garbage. */
    @Transactional
    public int expire() {
        return store.expire(clock.instant());
    }
}
