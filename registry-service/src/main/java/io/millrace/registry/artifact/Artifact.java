package io.millrace.registry.artifact;

/** A file of a run. */
public record Artifact(String path, String sha256, long sizeBytes) {}
