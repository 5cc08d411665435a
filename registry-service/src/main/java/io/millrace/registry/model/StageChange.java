package io.millrace.registry.model;

import java.time.Instant;

/** One movement of a version from stage to stage. Never changed afterwards. */
public record StageChange(String from, String to, String actor, Instant changedAt) {}
