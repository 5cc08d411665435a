package io.millrace.pipeline.registration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.pipeline.client.RegistryClient;
import io.millrace.pipeline.definition.PipelineSpec;
import io.millrace.pipeline.step.StepContext;
import io.millrace.pipeline.step.StepExecutor;
import io.millrace.pipeline.step.StepName;
import io.millrace.pipeline.step.StepOutcome;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;

/** Step 9 of 10: the candidate becomes a version. Every call carries a key, so doing it again changes nothing. */
@ApplicationScoped
class RegisterStep implements StepExecutor {

    private final RegistryClient registry;
    private final ObjectMapper json;
    private final Clock clock;

    RegisterStep(RegistryClient registry, ObjectMapper json, Clock clock) {
        this.registry = registry;
        this.json = json;
        this.clock = clock;
    }

    @Override
    public StepName name() {
        return StepName.REGISTER;
    }

    @Override
    public StepOutcome execute(StepContext context) throws IOException {
        PipelineSpec spec = context.spec();
        String cause = "run:" + context.runId();
        JsonNode training = context.output(StepName.TRAIN);
        JsonNode evaluation = context.output(StepName.EVALUATE);
        String tracking = registry.createRun(
                spec.project(),
                spec.name() + "-" + context.runId().toString().substring(0, 8),
                Map.of(
                        "millrace.pipeline",
                        spec.name(),
                        "millrace.run",
                        context.runId().toString()),
                cause,
                cause + "/tracking");
        Map<String, Double> metrics = metrics(evaluation);
        registry.log(tracking, params(spec, context), metrics, context.asOf().toEpochMilli());
        upload(context, tracking, "model", training.path("files"));
        upload(context, tracking, "onnx", training.path("onnx"));
        file(context, tracking, "provenance.txt", training.path("provenance"));
        file(context, tracking, "evaluation/scores.csv.gz", evaluation.path("scores"));
        registry.finishRun(tracking, clock.instant().toString());

        ObjectNode version = json.createObjectNode();
        version.put("runId", tracking)
                .put("path", "model")
                .put("format", training.path("format").asText());
        version.set("signature", training.path("signature"));
        version.set("metrics", json.valueToTree(metrics));
        version.set(
                "profile",
                json.readTree(
                        context.files().path(training.path("profile").asText()).toFile()));
        version.set("provenance", provenance(spec, context));
        version.put("description", "Trained by the pipeline " + spec.name());
        version.put("causedBy", cause);
        int number = registry.createVersion(spec.register().model(), version, cause + "/register");
        if (!spec.register().card().isEmpty()) {
            registry.completeCard(
                    spec.register().model(), number, spec.register().card());
        }
        ObjectNode output = json.createObjectNode();
        output.put("trackingRunId", tracking);
        output.put("version", number);
        return new StepOutcome.Succeeded(output);
    }

    private static Map<String, Double> metrics(JsonNode evaluation) {
        Map<String, Double> metrics = new TreeMap<>();
        evaluation.path("metrics").fields().forEachRemaining(entry -> {
            JsonNode value = entry.getValue().path("value");
            if (value.isNumber()) {
                metrics.put(entry.getKey(), value.asDouble());
            }
        });
        return metrics;
    }

    private static Map<String, String> params(PipelineSpec spec, StepContext context) {
        Map<String, String> params = new TreeMap<>();
        params.put("algorithm", spec.train().algorithm());
        params.put("seed", Long.toString(spec.train().seed()));
        params.put("as_of", context.asOf().toString());
        spec.train().params().forEach((key, value) -> params.put(key, value.toString()));
        return params;
    }

    private ObjectNode provenance(PipelineSpec spec, StepContext context) {
        ObjectNode provenance = json.createObjectNode();
        provenance.put("pipeline", spec.name());
        provenance.put("run", context.runId().toString());
        provenance.put("asOf", context.asOf().toString());
        provenance.put("seed", spec.train().seed());
        provenance.put("data", context.output(StepName.DATA).path("snapshot").asText());
        JsonNode split = context.output(StepName.SPLIT);
        for (String part : new String[] {"train", "validation", "test"}) {
            provenance.put(part, split.path(part).path("snapshot").asText());
            provenance.put(part + "Rows", split.path(part).path("rows").asLong());
        }
        provenance.set("gates", context.output(StepName.GATES).path("decisions"));
        provenance.set("training", context.output(StepName.TRAIN).path("metadata"));
        provenance.put("java", Runtime.version().toString());
        return provenance;
    }

    private void upload(StepContext context, String tracking, String folder, JsonNode files) {
        for (JsonNode file : files) {
            file(context, tracking, folder + "/" + file.path("path").asText(), file.path("sha256"));
            context.checkAlive();
        }
    }

    private void file(StepContext context, String tracking, String path, JsonNode digest) {
        String sha256 = digest.asText();
        registry.upload(tracking, path, context.files().path(sha256), sha256);
    }
}
