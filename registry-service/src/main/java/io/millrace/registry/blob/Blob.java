package io.millrace.registry.blob;

/** Content that is stored. */
public record Blob(String sha256, long sizeBytes) {}
