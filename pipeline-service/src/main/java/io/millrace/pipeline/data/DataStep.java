package io.millrace.pipeline.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.pipeline.definition.PipelineSpec.Data;
import io.millrace.pipeline.step.ArtifactFiles;
import io.millrace.pipeline.step.StepContext;
import io.millrace.pipeline.step.StepExecutor;
import io.millrace.pipeline.step.StepName;
import io.millrace.pipeline.step.StepOutcome;
import io.millrace.runtime.spi.Rows;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** Reads the source once and keeps what it read: later steps, and whoever asks later, see the same rows. */
@ApplicationScoped
class DataStep implements StepExecutor {

    private final SourceFiles sources;
    private final ObjectMapper json;

    DataStep(SourceFiles sources, ObjectMapper json) {
        this.sources = sources;
        this.json = json;
    }

    @Override
    public StepName name() {
        return StepName.DATA;
    }

    /** The same rows come from the same files, window and reader. */
    @Override
    public Optional<String> cacheKey(StepContext context) throws IOException {
        Data data = context.spec().data();
        StringBuilder key = new StringBuilder("1/" + data + '/' + context.asOf());
        for (Path file : sources.find(data.csv())) {
            key.append('/').append(ArtifactFiles.digest(file));
            context.checkAlive();
        }
        return Optional.of(key.toString());
    }

    @Override
    public boolean reusable(StepContext context, JsonNode output) {
        return context.files().holds(output.path("snapshot").asText());
    }

    @Override
    public StepOutcome execute(StepContext context) {
        Data data = context.spec().data();
        Instant until = context.asOf();
        Instant from = data.window() == null ? null : until.minus(data.window());
        Rows rows = new CsvSource(data).read(sources.find(data.csv()), from, until, context::checkAlive);
        Path file = context.workFolder().resolve("snapshot.csv.gz");
        Snapshots.write(rows, file);
        ObjectNode output = json.createObjectNode();
        output.put("snapshot", context.files().put(file));
        output.put("rows", rows.size());
        output.put("until", until.toString());
        if (from != null) {
            output.put("from", from.toString());
        }
        output.set("columns", Snapshots.toJson(rows.columns()));
        return new StepOutcome.Succeeded(output);
    }
}
