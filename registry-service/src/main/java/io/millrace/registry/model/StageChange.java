package io.millrace.registry.model;

import java.time.Instant;

/** One movement of a version from stage to stage, and why; MLflow's clients give no reason. Never changed afterwards. */
public record StageChange(int version, String from, String to, String actor, String reason, Instant changedAt) {}
