package io.millrace.pipeline.split;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.pipeline.data.DataSets;
import io.millrace.pipeline.data.Snapshots;
import io.millrace.pipeline.definition.PipelineSpec;
import io.millrace.pipeline.step.StepContext;
import io.millrace.pipeline.step.StepExecutor;
import io.millrace.pipeline.step.StepName;
import io.millrace.pipeline.step.StepOutcome;
import io.millrace.runtime.spi.Rows;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Writes the three parts as files of their own. The test part's digest is what later comparisons refer to. */
@ApplicationScoped
class SplitStep implements StepExecutor {

    private final ObjectMapper json;

    SplitStep(ObjectMapper json) {
        this.json = json;
    }

    @Override
    public StepName name() {
        return StepName.SPLIT;
    }

    @Override
    public Optional<String> cacheKey(StepContext context) {
        PipelineSpec spec = context.spec();
        String snapshot = context.output(StepName.DATA).path("snapshot").asText();
        return Optional.of("1/" + spec.split() + '/' + spec.data() + '/' + context.asOf() + '/' + snapshot);
    }

    @Override
    public boolean reusable(StepContext context, JsonNode output) {
        return Stream.of("train", "validation", "test")
                .allMatch(part ->
                        context.files().holds(output.path(part).path("snapshot").asText()));
    }

    @Override
    public StepOutcome execute(StepContext context) {
        PipelineSpec spec = context.spec();
        Rows rows = DataSets.all(context);
        Splitter.Parts parts = spec.split().byTime()
                ? Splitter.byTime(rows, String.valueOf(spec.data().time()), spec.split(), context.asOf())
                : Splitter.random(DataSets.labels(rows, spec.data()), spec.split());
        if (parts.train().length < 2 || parts.test().length == 0) {
            throw new PlatformException(
                    ErrorCode.UNPROCESSABLE,
                    "the split leaves " + parts.train().length + " rows to train on and " + parts.test().length
                            + " to test with; both are needed");
        }
        ObjectNode output = json.createObjectNode();
        write(context, rows, "train", parts.train(), output);
        write(context, rows, "validation", parts.validation(), output);
        write(context, rows, "test", parts.test(), output);
        return new StepOutcome.Succeeded(output);
    }

    private static void write(StepContext context, Rows rows, String part, int[] picked, ObjectNode output) {
        Path file = context.workFolder().resolve(part + ".csv.gz");
        Snapshots.write(rows.pick(picked), file);
        output.putObject(part).put("snapshot", context.files().put(file)).put("rows", picked.length);
        context.checkAlive();
    }
}
