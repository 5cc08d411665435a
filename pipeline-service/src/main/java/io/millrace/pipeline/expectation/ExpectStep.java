package io.millrace.pipeline.expectation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.pipeline.data.DataSets;
import io.millrace.pipeline.definition.PipelineSpec;
import io.millrace.pipeline.step.StepContext;
import io.millrace.pipeline.step.StepExecutor;
import io.millrace.pipeline.step.StepName;
import io.millrace.pipeline.step.StepOutcome;
import io.millrace.runtime.spi.Rows;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.stream.Collectors;

/** Fails the run when the data breaks a rule, and says every rule that it breaks. */
@ApplicationScoped
class ExpectStep implements StepExecutor {

    private final ObjectMapper json;

    ExpectStep(ObjectMapper json) {
        this.json = json;
    }

    @Override
    public StepName name() {
        return StepName.EXPECT;
    }

    @Override
    public StepOutcome execute(StepContext context) {
        PipelineSpec spec = context.spec();
        ObjectNode output = json.createObjectNode();
        ArrayNode findings = output.putArray("findings");
        if (spec.expectations().isEmpty()) {
            return new StepOutcome.Succeeded(output);
        }
        Rows rows = DataSets.all(context);
        List<Expectation.Finding> found = spec.expectations().stream()
                .map(rule -> Expectation.check(rule, rows, spec.data()))
                .toList();
        found.forEach(f -> findings.addPOJO(f));
        String broken = found.stream()
                .filter(f -> !f.met() && !f.warnOnly())
                .map(f -> f.rule() + " (found " + f.observed() + ")")
                .collect(Collectors.joining("; "));
        if (!broken.isEmpty()) {
            throw new PlatformException(ErrorCode.UNPROCESSABLE, "the data breaks: " + broken);
        }
        return new StepOutcome.Succeeded(json.valueToTree(output));
    }
}
