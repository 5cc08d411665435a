package io.millrace.pipeline.step;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

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

    /**
     * What the output depends on: version of the step's code, its resolved section, digests of its inputs, seed; never a clock
     * reading or a run. A step of another run with the same key gives its output instead of being carried out again. Empty, the
     * default, for a step that is always carried out.
     *
     * @throws io.millrace.common.error.PlatformException as {@link #execute} would
     */
    default Optional<String> cacheKey(StepContext context) throws Exception {
        return Optional.empty();
    }

    /** Whether an earlier output can still be used: the artifacts it names are still there, with the same content. */
    default boolean reusable(StepContext context, JsonNode output) throws Exception {
        return true;
    }
}
