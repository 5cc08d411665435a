package io.millrace.pipeline.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.pipeline.data.DataSets;
import io.millrace.pipeline.definition.PipelineSpec;
import io.millrace.pipeline.definition.PipelineSpec.Train;
import io.millrace.pipeline.step.StepContext;
import io.millrace.pipeline.step.StepExecutor;
import io.millrace.pipeline.step.StepName;
import io.millrace.pipeline.step.StepOutcome;
import io.millrace.runtime.feature.FittedFeatures;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.training.TrainedModel;
import io.millrace.runtime.training.Trainers;
import io.millrace.runtime.training.TrainingRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Trains the candidate and keeps it as files, together with the profile of the rows that it learned from. */
@ApplicationScoped
class TrainStep implements StepExecutor {

    private static final int IMPORTANCES = 20;

    private final ObjectMapper json;

    TrainStep(ObjectMapper json) {
        this.json = json;
    }

    @Override
    public StepName name() {
        return StepName.TRAIN;
    }

    @Override
    public StepOutcome execute(StepContext context) throws IOException {
        PipelineSpec spec = context.spec();
        Rows train = DataSets.part(context, "train");
        String fittedDigest = context.output(StepName.FEATURES).path("features").asText();
        FittedFeatures features =
                json.readValue(context.files().path(fittedDigest).toFile(), FittedFeatures.class);
        List<Column> inputs = train.columns().stream()
                .filter(c -> features.sources().contains(c.name()))
                .toList();
        context.checkAlive();
        ObjectNode output = json.createObjectNode();
        try (TrainedModel model = train(spec, train, inputs, features)) {
            context.checkAlive();
            Path folder = context.workFolder().resolve("model");
            model.save(folder);
            store(context, folder, output.putArray("files"));
            if (spec.register().onnx()) {
                Path onnx = context.workFolder().resolve("onnx");
                model.saveOnnx(onnx);
                store(context, onnx, output.putArray("onnx"));
            }
            output.put("format", "tribuo");
            output.set("signature", json.valueToTree(model.signature()));
            output.set("metadata", json.valueToTree(model.metadata()));
            ObjectNode importance = output.putObject("importance");
            model.featureImportance().entrySet().stream()
                    .limit(IMPORTANCES)
                    .forEach(e -> importance.put(e.getKey(), e.getValue()));
            Path provenance = context.workFolder().resolve("provenance.txt");
            Files.writeString(provenance, model.provenance());
            output.put("provenance", context.files().put(provenance));
            Path profile = context.workFolder().resolve("profile.json");
            json.writeValue(profile.toFile(), ReferenceProfile.of(train, inputs, scores(context, model)));
            output.put("profile", context.files().put(profile));
        }
        output.put("rows", train.size());
        return new StepOutcome.Succeeded(output);
    }

    private static TrainedModel train(PipelineSpec spec, Rows train, List<Column> inputs, FittedFeatures features) {
        Train wish = spec.train();
        try {
            return Trainers.get(wish.algorithm()).train(request(spec, train, inputs, features));
        } catch (IllegalArgumentException e) {
            throw new PlatformException(ErrorCode.UNPROCESSABLE, "training: " + e.getMessage(), List.of(), e);
        }
    }

    // NullAway does not read from a class file that an array parameter may be null.
    @SuppressWarnings("NullAway")
    private static TrainingRequest request(
            PipelineSpec spec, Rows train, List<Column> inputs, FittedFeatures features) {
        Train wish = spec.train();
        if (wish.regression()) {
            double[] targets = DataSets.truth(train, spec.data());
            return TrainingRequest.regression(
                    wish.algorithm(),
                    wish.params(),
                    wish.seed(),
                    Signature.regression(inputs),
                    features,
                    train,
                    targets,
                    wish.log1pTarget());
        }
        String[] labels = DataSets.labels(train, spec.data());
        List<String> classes = Arrays.stream(labels).distinct().sorted().toList();
        String positive = spec.data().positive();
        Signature signature;
        if (positive == null) {
            signature = Signature.multiclass(inputs, classes);
        } else {
            List<String> negatives =
                    classes.stream().filter(c -> !c.equals(positive)).toList();
            if (negatives.size() != 1 || !classes.contains(positive)) {
                throw new PlatformException(
                        ErrorCode.UNPROCESSABLE,
                        "the label " + spec.data().label() + " must have two values, one of them '" + positive
                                + "'; it has " + classes.stream().limit(10).toList());
            }
            signature = Signature.binary(inputs, negatives.get(0), positive);
        }
        double[] weights = wish.balanced() ? balanced(labels) : null;
        return new TrainingRequest(
                wish.algorithm(), wish.params(), wish.seed(), signature, features, train, labels, null, weights, false);
    }

    /** Each class weighs the same in all. */
    private static double @Nullable [] balanced(String[] labels) {
        Map<String, Integer> counts = new HashMap<>();
        for (String label : labels) {
            counts.merge(label, 1, Integer::sum);
        }
        return Arrays.stream(labels)
                .mapToDouble(l -> (double) labels.length / (counts.size() * counts.getOrDefault(l, 1)))
                .toArray();
    }

    private static double[] scores(StepContext context, TrainedModel model) {
        Rows validation = DataSets.part(context, "validation");
        Rows rows = validation.size() == 0 ? DataSets.part(context, "test") : validation;
        Prediction prediction = model.predict(rows);
        double[] scores = new double[rows.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = prediction.score(i);
        }
        return scores;
    }

    private static void store(StepContext context, Path folder, ArrayNode list) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String path = folder.relativize(file).toString().replace('\\', '/');
                list.addObject().put("path", path).put("sha256", context.files().put(file));
            }
        }
    }
}
