package io.millrace.serving.client.registry;

/**
 * A file of a version.
 *
 * @param path relative to the version, with {@code /}; a key, not yet safe as a place on disk
 * @param sha256 lower-case hex digest
 */
public record VersionFile(String path, long sizeBytes, String sha256) {}
