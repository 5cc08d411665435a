package io.millrace.pipeline.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.pipeline.definition.DefinitionService;
import io.millrace.pipeline.step.ArtifactFiles;
import io.millrace.pipeline.step.StepExecutor;
import io.millrace.pipeline.step.StepName;
import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Runs that a test carries out by itself, start to end. */
@ApplicationScoped
class FinishedRuns {

    private final RunService runs;
    private final DefinitionService definitions;
    private final ArtifactFiles files;
    private final WorkFolders folders;
    private final RunConfig config;
    private final List<StepExecutor> steps;

    FinishedRuns(
            RunService runs,
            DefinitionService definitions,
            ArtifactFiles files,
            WorkFolders folders,
            RunConfig config,
            @All List<StepExecutor> steps) {
        this.runs = runs;
        this.definitions = definitions;
        this.files = files;
        this.folders = folders;
        this.config = config;
        this.steps = steps;
    }

    /**
     * Queues a run as of 1 May 2026 and carries it out; it must succeed.
     *
     * @param as what stands in for each step, or the step
     */
    Run of(String pipeline, String key, UnaryOperator<StepExecutor> as) {
        runs.queue(new RunService.Wish(
                pipeline, "manual", key, Instant.parse("2026-05-01T00:00:00Z"), "user:test", "test"));
        Run run = runs.claim("test-worker", Duration.ofMinutes(5)).orElseThrow();
        Map<StepName, StepExecutor> executors = new EnumMap<>(StepName.class);
        steps.forEach(step -> executors.put(step.name(), as.apply(step)));
        new RunExecution(
                        run,
                        definitions.get(pipeline).spec(),
                        new RunExecution.Tools(
                                runs,
                                executors,
                                files,
                                folders,
                                new RunMetrics(new SimpleMeterRegistry()),
                                config,
                                Clock.systemUTC()))
                .execute();
        assertThat(runs.get(run.id()).reason()).isNull();
        assertThat(runs.get(run.id()).state()).isEqualTo(RunState.SUCCEEDED);
        return run;
    }
}
