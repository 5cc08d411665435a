package io.millrace.serving.model;

/** Told inside this process when a version has been loaded or has failed to. */
public record ModelSettled(VersionId id) {}
