package io.millrace.registry.blob;

import java.io.InputStream;
import java.time.Instant;

/** A place for content. Called concurrently. */
interface BlobFiles {

    /** Streams content in and counts its digest on the way; the caller keeps and closes it. Memory is bounded, size is not. */
    Incoming receive(InputStream content);

    /** Content of a digest; NOT_FOUND when the store does not hold it. */
    BlobContent get(String sha256);

    /** Deletes the content of a digest; false when it is not there. */
    boolean delete(String sha256);

    /** Deletes what was left by uploads that ended without a word before a time; answers how much. */
    int deleteLeftovers(Instant before);
}
