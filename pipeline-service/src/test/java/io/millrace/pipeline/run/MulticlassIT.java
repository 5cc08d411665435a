package io.millrace.pipeline.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.common.testing.PostgresTestResource;
import io.millrace.pipeline.FakeServices;
import io.millrace.pipeline.definition.DefinitionService;
import io.millrace.pipeline.gate.GateDecision;
import io.millrace.pipeline.gate.GateService;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fisher's irises from the file to a registered version, by the real steps; only the registry is a fake. */
@QuarkusTest
@QuarkusTestResource(
        value = PostgresTestResource.class,
        restrictToAnnotatedClass = true,
        initArgs = {
            @ResourceArg(name = "service", value = "pipeline"),
            @ResourceArg(name = "millrace.pipeline.sources-dir", value = "src/test/resources"),
            @ResourceArg(name = "millrace.pipeline.run.every", value = "off"),
            @ResourceArg(name = "millrace.pipeline.run.heartbeat-every", value = "off")
        })
@QuarkusTestResource(value = FakeServices.class, restrictToAnnotatedClass = true)
class MulticlassIT {

    private static final String YAML = """
            apiVersion: millrace/v1
            kind: TrainingPipeline
            metadata: { name: irises }
            data:
              source: { csv: iris.csv }
              label: { column: species }
            split: { random: { test: 0.3, validation: 0.1, stratify: true, seed: 7 } }
            train:
              algorithm: logistic.classification
            gates:
              - accuracy >= 0.8
              - f1 >= 0.8
              - { rule: enough, rows: 40, perClass: 10 }
              - { rule: better, metric: log_loss, than: dummy }
            """;

    @Inject
    RunService runs;

    @Inject
    DefinitionService definitions;

    @Inject
    GateService gates;

    @Inject
    FinishedRuns finished;

    FakeServices services;

    @Test
    void trainsMeasuresJudgesAndRegistersThreeClasses() {
        definitions.save("irises", YAML, "test");
        Run run = finished.of("irises", "key", step -> step);

        JsonNode evaluation = runs.steps(run.id()).stream()
                .filter(s -> s.step().equals("evaluate"))
                .map(StepRun::output)
                .findFirst()
                .orElseThrow();
        assertThat(evaluation.path("classes").toString()).isEqualTo("[\"setosa\",\"versicolor\",\"virginica\"]");
        for (String species : List.of("setosa", "versicolor", "virginica")) {
            assertThat(evaluation.path("counts").path(species).asInt()).isEqualTo(15);
        }
        for (String metric : List.of("accuracy", "f1", "log_loss")) {
            JsonNode figures = evaluation.path("metrics").path(metric);
            assertThat(figures.path("value").asDouble())
                    .isBetween(
                            figures.path("lower").asDouble(),
                            figures.path("upper").asDouble());
        }
        List<GateDecision> decisions = gates.list(run.id());
        assertThat(decisions).extracting(GateDecision::result).containsExactly("pass", "pass", "pass", "pass");
        // The log loss of the shares 1/3, 1/3, 1/3 is ln 3.
        assertThat(decisions.get(3).champion()).isCloseTo(Math.log(3), within(1e-9));
        JsonNode version =
                services.calls("POST", "/api/v1/models/irises/versions").get(0).body();
        assertThat(version.path("signature").path("task").asText()).isEqualTo("MULTICLASS");
        assertThat(version.path("signature")
                        .path("outputs")
                        .path(0)
                        .path("width")
                        .asInt())
                .isEqualTo(3);
        assertThat(version.path("metrics").path("accuracy").asDouble()).isGreaterThanOrEqualTo(0.8);
    }
}
