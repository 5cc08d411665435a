package io.millrace.pipeline.gate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.pipeline.data.DataSets;
import io.millrace.pipeline.definition.PipelineSpec;
import io.millrace.pipeline.evaluation.Scores;
import io.millrace.pipeline.step.StepContext;
import io.millrace.pipeline.step.StepExecutor;
import io.millrace.pipeline.step.StepName;
import io.millrace.pipeline.step.StepOutcome;
import io.millrace.runtime.spi.Rows;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;

/** Step 8 of 10: every rule is decided and kept, then all together decide. */
@ApplicationScoped
class GateStep implements StepExecutor {

    private final GateService gates;
    private final ObjectMapper json;

    GateStep(GateService gates, ObjectMapper json) {
        this.gates = gates;
        this.json = json;
    }

    @Override
    public StepName name() {
        return StepName.GATES;
    }

    @Override
    public StepOutcome execute(StepContext context) {
        PipelineSpec spec = context.spec();
        JsonNode evaluation = context.output(StepName.EVALUATE);
        List<String> classes = new ArrayList<>();
        evaluation.path("classes").forEach(name -> classes.add(name.asText()));
        Scores scores =
                Scores.read(context.files().path(evaluation.path("scores").asText()), Math.max(1, classes.size()));
        Rows train = DataSets.part(context, "train");
        JsonNode error = evaluation.path("championError");
        List<GateDecision> decisions = new GateEvaluation(
                        scores,
                        classes.isEmpty()
                                ? DataSets.truth(train, spec.data())
                                : DataSets.classNumbers(train, spec.data(), classes),
                        spec.train().regression(),
                        spec.train().seed(),
                        spec.evaluate().replicates(),
                        error.isTextual() ? error.asText() : null)
                .decide(spec.gates());
        gates.record(context.runId(), decisions);
        ObjectNode output = json.createObjectNode();
        ObjectNode counts = output.putObject("results");
        for (GateResult result : GateResult.values()) {
            counts.put(
                    result.wire(), decisions.stream().filter(d -> d.is(result)).count());
        }
        ArrayNode told = output.putArray("decisions");
        for (GateDecision decision : decisions) {
            told.addObject()
                    .put("rule", decision.rule())
                    .put("result", decision.result())
                    .put("reason", decision.reason());
        }
        Verdict verdict = Verdict.of(decisions, spec.rejectInconclusive());
        if (verdict instanceof Verdict.Rejected rejected) {
            return new StepOutcome.Rejected(output, rejected.reason());
        }
        if (verdict instanceof Verdict.Held held) {
            return new StepOutcome.Held(output, held.reason());
        }
        return new StepOutcome.Succeeded(output);
    }
}
