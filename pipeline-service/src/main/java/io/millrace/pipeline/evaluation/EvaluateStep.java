package io.millrace.pipeline.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
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
import io.millrace.runtime.spi.Output;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.SignatureException;
import io.millrace.runtime.spi.Task;
import io.millrace.statistics.interval.PairedBootstrap;
import io.millrace.statistics.metric.Metric;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Scores the candidate and the champion in this run on the same frozen rows. Figures that were stored earlier are never used
 * for a comparison.
 */
@Startup // A folder of formats that cannot be read stops the start, with the reason.
@ApplicationScoped
class EvaluateStep implements StepExecutor {

    private static final String CHAMPION = "champion";

    private final RegistryClient registry;
    private final FormatCatalog formats;
    private final LoadOptions oneThread;
    private final ObjectMapper json;

    EvaluateStep(RegistryClient registry, EvaluationConfig config, ObjectMapper json) {
        this.registry = registry;
        this.formats = config.formats().map(FormatCatalog::load).orElseGet(FormatCatalog::load);
        this.oneThread =
                new LoadOptions(1, Set.of(), config.dataDir().toAbsolutePath().resolve("natives"));
        this.json = json;
    }

    @Override
    public StepName name() {
        return StepName.EVALUATE;
    }

    @Override
    public StepOutcome execute(StepContext context) throws IOException {
        PipelineSpec spec = context.spec();
        Rows test = DataSets.part(context, "test");
        Scored candidate = score(candidateFolder(context), test, spec);
        context.checkAlive();
        ObjectNode output = json.createObjectNode();
        Scored champion = champion(context, test, output);
        List<String> classes = Scored.union(candidate, champion);
        double[] truth = classes.isEmpty()
                ? DataSets.truth(test, spec.data())
                : DataSets.classNumbers(test, spec.data(), classes);
        Scores scores = new Scores(truth, candidate.over(classes), champion == null ? null : champion.over(classes));
        Path file = context.workFolder().resolve("scores.csv.gz");
        scores.write(file);
        output.put("scores", context.files().put(file));
        output.put(
                "test",
                context.output(StepName.SPLIT).path("test").path("snapshot").asText());
        output.put("rows", truth.length);
        count(spec, truth, classes, output);
        measure(context, scores, output);
        return new StepOutcome.Succeeded(output);
    }

    private static void count(PipelineSpec spec, double[] truth, List<String> classes, ObjectNode output) {
        if (spec.train().regression()) {
            return;
        }
        if (classes.isEmpty()) {
            long positives = Arrays.stream(truth).filter(t -> t == 1).count();
            output.put("positives", positives);
            output.put("negatives", truth.length - positives);
            return;
        }
        ArrayNode names = output.putArray("classes");
        ObjectNode counts = output.putObject("counts");
        for (int k = 0; k < classes.size(); k++) {
            int number = k;
            names.add(classes.get(k));
            counts.put(
                    classes.get(k),
                    Arrays.stream(truth).filter(t -> t == number).count());
        }
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
            boolean stratify = !spec.train().regression() && scores.hasRareClass();
            // Without a second model the difference is the metric itself.
            var result = scores.width() == 1
                    ? bootstrap.estimate(metric::compute, scores.truth(), scores.candidate(), stratify)
                    : bootstrap.difference(
                            scores.truth(),
                            rows -> scores.measure(metric, scores.candidate(), rows),
                            rows -> 0,
                            stratify);
            ObjectNode figures = metrics.putObject(name);
            put(figures, "value", scores.measure(metric, scores.candidate()));
            put(figures, "lower", result.interval().lower());
            put(figures, "upper", result.interval().upper());
            double[] champion = scores.champion();
            if (champion != null) {
                put(championMetrics, name, scores.measure(metric, champion));
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
    private @Nullable Scored champion(StepContext context, Rows test, ObjectNode output) throws IOException {
        String model = context.spec().register().model();
        OptionalInt version = registry.findAlias(model, CHAMPION);
        if (version.isEmpty()) {
            return null;
        }
        output.put("championVersion", version.getAsInt());
        Path folder = Files.createDirectories(context.workFolder().resolve(CHAMPION));
        registry.download(model, version.getAsInt(), folder);
        try {
            return score(folder, test, context.spec());
        } catch (SignatureException | ModelFormatException e) {
            output.put(
                    "championError", "version " + version.getAsInt() + " cannot score these rows: " + e.getMessage());
            return null;
        }
    }

    private Scored score(Path folder, Rows rows, PipelineSpec spec) {
        try (LoadedModel model = formats.open(folder, oneThread)) {
            Prediction prediction = model.predict(asInput(model, rows));
            if (spec.multiclass()) {
                List<String> classes = model.signature().classes();
                if (model.signature().task() != Task.MULTICLASS
                        || !model.signature().hasStandardOutputs()) {
                    throw new SignatureException(
                            spec.data().label(), null, "the model does not give a probability of each class");
                }
                return new Scored(prediction.number(Output.PROBABILITY), classes);
            }
            double[] scores = new double[rows.size()];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = prediction.score(i);
            }
            return new Scored(scores, List.of());
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
