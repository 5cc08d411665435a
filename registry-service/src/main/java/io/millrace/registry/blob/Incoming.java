package io.millrace.registry.blob;

/** Content that has arrived whole and is not kept yet. */
interface Incoming extends AutoCloseable {

    String sha256();

    long sizeBytes();

    /** Keeps it under its digest; does nothing when it is there. Durable when this returns. */
    void keep();

    /** Frees what was taken up; what was kept stays. */
    @Override
    void close();
}
