package io.millrace.registry.artifact;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A file that comes in parts, in any order and each as often as its sender likes.
 *
 * @param partCount how many parts make the file
 * @param parts those that have arrived, by number
 * @param expiresAt when it is forgotten
 */
public record Upload(
        UUID uploadId,
        ArtifactOwner owner,
        String path,
        int partCount,
        State state,
        List<Part> parts,
        Instant expiresAt) {

    public Upload {
        parts = List.copyOf(parts);
    }

    /** How far it is. */
    public enum State {
        OPEN,
        COMPLETE
    }

    /**
     * A part that has arrived.
     *
     * @param partNumber from 1
     * @param sha256 digest of its content, which is also its ETag
     */
    public record Part(int partNumber, String sha256, long sizeBytes) {}
}
