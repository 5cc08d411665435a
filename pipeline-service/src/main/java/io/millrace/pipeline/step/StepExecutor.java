package io.millrace.pipeline.step;

/**
 * One step of a run. It may be carried out again after a crash, so what it does outside the database must be idempotent; what
 * it gives to later steps goes through its output and {@link ArtifactFiles}.
 */
public interface StepExecutor {

    /** Name of the step, as in {@link StepName}. */
    StepName name();

    /**
     * Carries the step out.
     *
     * @throws io.millrace.common.error.PlatformException to fail the step with a message for the pipeline's author; one whose
     *     code is temporary is tried again
     * @throws Exception anything else fails the step as well and is tried again
     */
    StepOutcome execute(StepContext context) throws Exception;
}
