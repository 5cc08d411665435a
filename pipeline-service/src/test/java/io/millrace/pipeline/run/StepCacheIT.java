package io.millrace.pipeline.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.testing.PostgresForTests;
import io.millrace.common.testing.PostgresTestResource;
import io.millrace.pipeline.definition.DefinitionService;
import io.millrace.pipeline.definition.Yaml;
import io.millrace.pipeline.step.StepContext;
import io.millrace.pipeline.step.StepExecutor;
import io.millrace.pipeline.step.StepName;
import io.millrace.pipeline.step.StepOutcome;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
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

    @Inject
    DefinitionService definitions;

    @Inject
    FinishedRuns finished;

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
        return finished.of(
                        "iris",
                        key,
                        step -> step.name().compareTo(StepName.FEATURES) <= 0 ? step : new Nothing(step.name()))
                .id();
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
