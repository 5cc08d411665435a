package io.millrace.serving.model;

import org.jspecify.annotations.Nullable;

/**
 * Told inside this process when a version is refused because its files are not those that were signed, each time that it is
 * tried, and when it is accepted after all.
 *
 * @param refusal why it is refused, for people; null when it is accepted
 */
public record TrustChanged(VersionId id, @Nullable String refusal) {}
