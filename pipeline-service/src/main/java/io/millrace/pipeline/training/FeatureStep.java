package io.millrace.pipeline.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.pipeline.data.DataSets;
import io.millrace.pipeline.definition.PipelineSpec;
import io.millrace.pipeline.step.StepContext;
import io.millrace.pipeline.step.StepExecutor;
import io.millrace.pipeline.step.StepName;
import io.millrace.pipeline.step.StepOutcome;
import io.millrace.runtime.feature.FeaturePipeline;
import io.millrace.runtime.feature.FeatureSpec;
import io.millrace.runtime.feature.FittedFeatures;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.Rows;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Learns medians, categories and cut points from the training rows alone. */
@ApplicationScoped
class FeatureStep implements StepExecutor {

    private final ObjectMapper json;

    FeatureStep(ObjectMapper json) {
        this.json = json;
    }

    @Override
    public StepName name() {
        return StepName.FEATURES;
    }

    @Override
    public Optional<String> cacheKey(StepContext context) {
        PipelineSpec spec = context.spec();
        String train =
                context.output(StepName.SPLIT).path("train").path("snapshot").asText();
        String columns = context.output(StepName.DATA).path("columns").toString();
        return Optional.of("1/" + spec.features() + '/' + spec.data() + '/' + columns + '/' + train);
    }

    @Override
    public boolean reusable(StepContext context, JsonNode output) {
        return context.files().holds(output.path("features").asText());
    }

    @Override
    public StepOutcome execute(StepContext context) throws IOException {
        PipelineSpec spec = context.spec();
        Rows train = DataSets.part(context, "train");
        List<Column> inputs = train.columns().stream()
                .filter(column -> !column.name().equals(spec.data().label()))
                .filter(column -> !column.name().equals(spec.data().key()))
                .toList();
        FittedFeatures fitted;
        try {
            fitted = FeaturePipeline.fit(withoutAbsent(spec, inputs), train, inputs);
        } catch (IllegalArgumentException e) {
            throw new PlatformException(ErrorCode.UNPROCESSABLE, "features: " + e.getMessage(), List.of(), e);
        }
        Path file = context.workFolder().resolve("features.json");
        json.writeValue(file.toFile(), fitted);
        ObjectNode output = json.createObjectNode();
        output.put("features", context.files().put(file));
        output.put("width", fitted.width());
        output.set(
                "sources",
                json.valueToTree(fitted.sources().stream().distinct().sorted().toList()));
        return new StepOutcome.Succeeded(output);
    }

    /** The key and the label are no inputs; to drop them by name is allowed and needless. */
    private static List<FeatureSpec> withoutAbsent(PipelineSpec spec, List<Column> inputs) {
        List<String> names = inputs.stream().map(Column::name).toList();
        return spec.features().stream()
                .filter(f -> names.contains(f.column())
                        || !f.column().equals(spec.data().key())
                                && !f.column().equals(spec.data().label()))
                .toList();
    }
}
