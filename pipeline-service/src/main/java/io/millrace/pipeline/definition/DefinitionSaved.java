package io.millrace.pipeline.definition;

/** Fired in the transaction that saves a revision; schedules follow it. */
public record DefinitionSaved(String pipeline, PipelineSpec spec) {}
