package io.millrace.pipeline.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.pipeline.client.RegistryClient;
import io.millrace.pipeline.data.DataSets;
import io.millrace.pipeline.definition.PipelineSpec;
import io.millrace.pipeline.step.StepContext;
import io.millrace.pipeline.step.StepExecutor;
import io.millrace.pipeline.step.StepName;
import io.millrace.pipeline.step.StepOutcome;
import io.millrace.runtime.catalog.FormatCatalog;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.SignatureException;
import io.millrace.statistics.interval.PairedBootstrap;
import io.millrace.statistics.metric.Metric;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Scores the candidate and the champion in this run on the same frozen rows. Figures that were stored earlier are never used
 * for a comparison.
 */
@ApplicationScoped
class EvaluateStep implements StepExecutor {

    private static final String CHAMPION = "champion";
    private static final LoadOptions ONE_THREAD = new LoadOptions(1);

    private final RegistryClient registry;
    private final FormatCatalog formats = FormatCatalog.load();
    private final ObjectMapper json;

    EvaluateStep(RegistryClient registry, ObjectMapper json) {
        this.registry = registry;
        this.json = json;
    }

    @Override
    public StepName name() {
        return StepName.EVALUATE;
    }

    @Override
    public StepOutcome execute(StepContext context) throws IOException {
        PipelineSpec spec = context.spec();
        if (spec.data().positive() == null && !spec.train().regression()) {
            throw new PlatformException(
                    ErrorCode.NOT_SUPPORTED,
                    "evaluation of more than two classes is not supported; name data.label.positive");
        }
        Rows test = DataSets.part(context, "test");
        double[] truth = DataSets.truth(test, spec.data());
        double[] candidate = score(candidateFolder(context), test);
        context.checkAlive();
        ObjectNode output = json.createObjectNode();
        double[] champion = champion(context, test, output);
        Scores scores = new Scores(truth, candidate, champion);
        Path file = context.workFolder().resolve("scores.csv.gz");
        scores.write(file);
        output.put("scores", context.files().put(file));
        output.put(
                "test",
                context.output(StepName.SPLIT).path("test").path("snapshot").asText());
        output.put("rows", truth.length);
        long positives = positives(truth);
        if (!spec.train().regression()) {
            output.put("positives", positives);
            output.put("negatives", truth.length - positives);
        }
        measure(context, scores, output);
        return new StepOutcome.Succeeded(output);
    }

    private static long positives(double[] truth) {
        long positives = 0;
        for (double t : truth) {
            if (t == 1) {
                positives++;
            }
        }
        return positives;
    }

    private void measure(StepContext context, Scores scores, ObjectNode output) {
        PipelineSpec spec = context.spec();
        PairedBootstrap bootstrap = new PairedBootstrap(
                spec.train().seed(),
                spec.evaluate().replicates(),
                spec.evaluate().confidence());
        ObjectNode metrics = output.putObject("metrics");
        ObjectNode championMetrics = output.putObject("championMetrics");
        for (String name : spec.evaluate().metrics()) {
            Metric metric = Metric.find(name)
                    .orElseThrow(() -> new PlatformException(ErrorCode.UNPROCESSABLE, "no metric " + name));
            boolean stratify = !spec.train().regression();
            var result = bootstrap.estimate(metric::compute, scores.truth(), scores.candidate(), stratify);
            ObjectNode figures = metrics.putObject(name);
            put(figures, "value", metric.compute(scores.truth(), scores.candidate()));
            put(figures, "lower", result.interval().lower());
            put(figures, "upper", result.interval().upper());
            double[] champion = scores.champion();
            if (champion != null) {
                put(championMetrics, name, metric.compute(scores.truth(), champion));
            }
            context.checkAlive();
        }
    }

    private static void put(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, value);
        } else {
            node.putNull(name);
        }
    }

    private Path candidateFolder(StepContext context) throws IOException {
        Path folder = Files.createDirectories(context.workFolder().resolve("candidate"));
        for (JsonNode file : context.output(StepName.TRAIN).path("files")) {
            Path target = folder.resolve(file.path("path").asText());
            Files.createDirectories(target.getParent());
            Files.copy(context.files().path(file.path("sha256").asText()), target);
        }
        return folder;
    }

    /** Scores of the champion; none when there is none, or when it cannot score these rows, which {@code output} then says. */
    private double @Nullable [] champion(StepContext context, Rows test, ObjectNode output) throws IOException {
        String model = context.spec().register().model();
        OptionalInt version = registry.findAlias(model, CHAMPION);
        if (version.isEmpty()) {
            return null;
        }
        output.put("championVersion", version.getAsInt());
        Path folder = Files.createDirectories(context.workFolder().resolve(CHAMPION));
        registry.download(model, version.getAsInt(), folder);
        try {
            return score(folder, test);
        } catch (SignatureException | ModelFormatException e) {
            output.put(
                    "championError", "version " + version.getAsInt() + " cannot score these rows: " + e.getMessage());
            return null;
        }
    }

    private double[] score(Path folder, Rows rows) {
        try (LoadedModel model = formats.open(folder, ONE_THREAD)) {
            Prediction prediction = model.predict(asInput(model, rows));
            double[] scores = new double[rows.size()];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = prediction.score(i);
            }
            return scores;
        }
    }

    /** The rows as an application would send them: only the columns of the signature, in its types. */
    private static Rows asInput(LoadedModel model, Rows rows) {
        List<String> names =
                model.signature().inputs().stream().map(c -> c.name()).toList();
        for (String name : names) {
            if (rows.column(name).isEmpty()) {
                throw new PlatformException(ErrorCode.UNPROCESSABLE, "the test rows have no column '" + name + "'");
            }
        }
        Rows.Builder builder = Rows.builder(model.signature());
        Map<String, @Nullable Object> row = new HashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            for (String name : names) {
                row.put(name, rows.value(name, i));
            }
            builder.add(row);
        }
        return builder.build();
    }
}
