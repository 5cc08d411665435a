package io.millrace.pipeline.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.common.testing.PostgresForTests;
import io.millrace.common.testing.PostgresTestResource;
import io.millrace.pipeline.definition.DefinitionService;
import io.millrace.pipeline.definition.Yaml;
import io.millrace.pipeline.step.ArtifactFiles;
import io.millrace.pipeline.step.StepContext;
import io.millrace.pipeline.step.StepExecutor;
import io.millrace.pipeline.step.StepName;
import io.millrace.pipeline.step.StepOutcome;
import io.quarkus.arc.All;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The real data, split and features steps on a small file; what comes after them does nothing. */
@QuarkusTest
@QuarkusTestResource(
        value = PostgresTestResource.class,
        restrictToAnnotatedClass = true,
        initArgs = {
            @ResourceArg(name = "service", value = "pipeline"),
            @ResourceArg(name = "millrace.pipeline.sources-dir", value = "target/test-sources"),
            @ResourceArg(name = "millrace.pipeline.run.every", value = "off"),
            @ResourceArg(name = "millrace.pipeline.run.heartbeat-every", value = "off")
        })
class StepCacheIT {

    private static final Instant AS_OF = Instant.parse("2026-05-01T00:00:00Z");

    @Inject
    RunService runs;

    @Inject
    DefinitionService definitions;

    @Inject
    ArtifactFiles files;

    @Inject
    WorkFolders folders;

    @Inject
    RunConfig config;

    @Inject
    @All
    List<StepExecutor> real;

    PostgresForTests postgres;

    @Test
    void takesDataSplitAndFeaturesFromAnEarlierRunUntilTheFileChanges() throws Exception {
        Path source = Files.createDirectories(Path.of("target/test-sources")).resolve("iris.csv");
        StringBuilder csv = new StringBuilder("width,length,species\n");
        for (int i = 0; i < 200; i++) {
            csv.append(i % 17).append(".5,").append(i % 13).append(i % 3 == 0 ? ".5,virginica\n" : ".5,setosa\n");
        }
        Files.writeString(source, csv);
        definitions.save("iris", Yaml.minimal("iris", ""), "test");

        assertThat(cached(run("a"))).isEqualTo("0");
        assertThat(cached(run("b"))).isEqualTo("3");

        Files.writeString(source, csv.append("1.5,2.5,setosa\n"));
        assertThat(cached(run("c"))).isEqualTo("0");
    }

    private UUID run(String key) {
        runs.queue(new RunService.Wish("iris", "manual", key, AS_OF, "user:test", "test"));
        Run run = runs.claim("test-worker", Duration.ofMinutes(5)).orElseThrow();
        Map<StepName, StepExecutor> executors = new EnumMap<>(StepName.class);
        real.forEach(step -> executors.put(
                step.name(), step.name().compareTo(StepName.FEATURES) <= 0 ? step : new Nothing(step.name())));
        new RunExecution(
                        run,
                        definitions.get("iris").spec(),
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
        return run.id();
    }

    private String cached(UUID run) {
        return String.valueOf(
                postgres.single("select count(*) from pipeline.step_run where cached and run_id = '" + run + "'"));
    }

    private record Nothing(StepName name) implements StepExecutor {
        @Override
        public StepOutcome execute(StepContext context) {
            return new StepOutcome.Succeeded(new ObjectMapper().createObjectNode());
        }
    }
}
