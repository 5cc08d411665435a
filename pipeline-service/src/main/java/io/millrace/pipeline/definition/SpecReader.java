package io.millrace.pipeline.definition;

import io.millrace.common.error.FieldError;
import io.millrace.common.error.PlatformException;
import io.millrace.pipeline.definition.PipelineSpec.Data;
import io.millrace.pipeline.definition.PipelineSpec.Decision;
import io.millrace.pipeline.definition.PipelineSpec.Deploy;
import io.millrace.pipeline.definition.PipelineSpec.Evaluate;
import io.millrace.pipeline.definition.PipelineSpec.Register;
import io.millrace.pipeline.definition.PipelineSpec.Run;
import io.millrace.pipeline.definition.PipelineSpec.Schedule;
import io.millrace.pipeline.definition.PipelineSpec.Split;
import io.millrace.pipeline.definition.PipelineSpec.Train;
import io.millrace.runtime.feature.FeatureSpec;
import io.millrace.runtime.training.ParameterProblem;
import io.millrace.runtime.training.Trainer;
import io.millrace.runtime.training.Trainers;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads a pipeline from YAML 1.2 (core schema): unknown keys are refused with the nearest known one, and every complaint
 * carries line and column. All complaints are given at once.
 */
public final class SpecReader {

    private static final int MAX_BYTES = 256 * 1024;
    private static final String NAME = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

    private final List<FieldError> errors = new ArrayList<>();

    private SpecReader() {}

    /** The pipeline; or one exception with every complaint. */
    public static PipelineSpec read(String yaml) {
        if (yaml.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw PlatformException.invalid("", "the definition is larger than " + MAX_BYTES + " bytes");
        }
        SpecReader reader = new SpecReader();
        PipelineSpec spec = reader.document(compose(yaml));
        if (!reader.errors.isEmpty()) {
            throw PlatformException.invalid(reader.errors);
        }
        return spec;
    }

    /** Composes nodes only: no object is ever built from a tag. */
    private static Node compose(String yaml) {
        LoadSettings settings = LoadSettings.builder()
                .setSchema(new CoreSchema())
                .setMaxAliasesForCollections(20)
                .setCodePointLimit(MAX_BYTES)
                .setLabel("pipeline")
                .build();
        try {
            Compose compose = new Compose(settings);
            return compose.composeString(yaml)
                    .orElseThrow(() -> PlatformException.invalid("", "the definition is empty"));
        } catch (MarkedYamlEngineException e) {
            Integer line = e.getProblemMark().map(m -> m.getLine() + 1).orElse(null);
            Integer column = e.getProblemMark().map(m -> m.getColumn() + 1).orElse(null);
            throw PlatformException.invalid(
                    List.of(new FieldError("", "is not valid YAML: " + e.getProblem(), line, column)));
        } catch (YamlEngineException e) {
            throw PlatformException.invalid("", "is not valid YAML: " + e.getMessage());
        } catch (StackOverflowError e) {
            // The parser follows nesting by recursion and has no limit of its own.
            throw PlatformException.invalid("", "is nested too deeply");
        }
    }

    private PipelineSpec document(Node node) {
        YamlNode root = new YamlNode(node, "", errors);
        if (!root.expectMap()) {
            throw PlatformException.invalid(errors);
        }
        root.constant("apiVersion", "millrace/v1");
        root.constant("kind", "TrainingPipeline");
        Optional<YamlNode> metadata = root.need("metadata").filter(YamlNode::expectMap);
        String name = metadata.flatMap(m -> m.need("name")).map(this::name).orElse("");
        String project =
                metadata.flatMap(m -> m.find("project")).map(YamlNode::text).orElse(name);
        Map<String, String> labels = new LinkedHashMap<>();
        metadata.flatMap(m -> m.find("labels"))
                .filter(YamlNode::expectMap)
                .ifPresent(l -> l.entries().forEach((key, value) -> labels.put(key, value.text())));
        metadata.ifPresent(m -> {
            m.find("owner").ifPresent(o -> labels.put("owner", o.text()));
            m.noOtherKeys();
        });
        String asOf = root.find("params").map(this::params).orElse("scheduled");
        List<Schedule> schedules = root.find("triggers").map(this::triggers).orElse(List.of());
        Train train = root.need("train").map(this::train).orElse(new Train("", Map.of(), 0, false, false));
        Data data = root.need("data")
                .map(d -> DataReader.data(d, train.regression()))
                .orElse(DataReader.NONE);
        List<ExpectationSpec> expectations = root.find("expect")
                .map(e -> e.items().stream()
                        .flatMap(i -> RuleReader.expectation(i).stream())
                        .toList())
                .orElse(List.of());
        Split split = root.find("split").map(s -> DataReader.split(s, data)).orElse(DataReader.SPLIT);
        List<FeatureSpec> features =
                root.find("features").map(FeatureReader::read).orElse(List.of());
        List<String> metrics = RuleReader.standardMetrics(train.regression(), data.positive() != null);
        Evaluate evaluate =
                root.find("evaluate").map(e -> evaluate(e, metrics)).orElse(new Evaluate(metrics, 1000, 0.95));
        List<GateSpec> gates = root.find("gates")
                .map(g -> g.items().stream()
                        .flatMap(i -> RuleReader.gate(i).stream())
                        .toList())
                .orElse(List.of());
        boolean reject = root.find("onInconclusive").map(this::reject).orElse(false);
        Register register =
                root.find("register").map(r -> register(r, name)).orElse(new Register(name, false, Map.of()));
        Optional<Deploy> deploy = root.find("deploy").map(d -> deploy(d, data.positive() != null));
        Run run =
                root.find("run").map(this::run).orElse(new Run(Duration.ofHours(4), 3, Duration.ofSeconds(10), false));
        root.noOtherKeys();
        return new PipelineSpec(
                name,
                project,
                labels,
                asOf,
                schedules,
                data,
                expectations,
                split,
                features,
                train,
                evaluate,
                gates,
                reject,
                register,
                deploy.orElse(null),
                run);
    }

    private String name(YamlNode node) {
        String name = node.text();
        if (!name.matches(NAME)) {
            node.error("must be 1 to 63 of a-z, 0-9 and '-', is '" + name + "'");
        }
        return name;
    }

    private String params(YamlNode node) {
        String asOf = "scheduled";
        if (node.expectMap()) {
            Optional<YamlNode> param = node.find("as_of").filter(YamlNode::expectMap);
            if (param.isPresent()) {
                param.get().find("type").ifPresent(t -> {
                    if (!t.text().equals("instant")) {
                        t.error("must be instant");
                    }
                });
                Optional<YamlNode> value = param.get().find("default");
                asOf = value.map(YamlNode::text).orElse(asOf);
                if (!asOf.equals("scheduled") && !asOf.equals("now")) {
                    try {
                        Instant.parse(asOf);
                    } catch (DateTimeException e) {
                        value.ifPresent(
                                v -> v.error("must be scheduled, now or an instant such as 2026-01-31T00:00:00Z"));
                    }
                }
                param.get().noOtherKeys();
            }
            node.noOtherKeys();
        }
        return asOf;
    }

    private List<Schedule> triggers(YamlNode node) {
        List<Schedule> schedules = new ArrayList<>();
        for (YamlNode item : node.items()) {
            if (!item.expectMap()) {
                continue;
            }
            item.find("schedule").filter(YamlNode::expectMap).ifPresent(s -> {
                Optional<YamlNode> cron = s.need("cron");
                String text = cron.map(YamlNode::text).orElse("");
                cron.ifPresent(c -> Cron.problem(text).ifPresent(c::error));
                String zone = s.find("zone").map(this::zone).orElse("UTC");
                boolean latest = s.find("catchUp").map(this::latest).orElse(false);
                s.noOtherKeys();
                schedules.add(new Schedule(text, zone, latest));
            });
            item.find("drift").filter(YamlNode::expectMap).ifPresent(d -> {
                d.find("cooldown").ifPresent(YamlNode::duration);
                d.noOtherKeys();
            });
            item.noOtherKeys();
        }
        return schedules;
    }

    private boolean latest(YamlNode node) {
        String value = node.text();
        if (!value.equals("none") && !value.equals("latest")) {
            node.error("must be none or latest, is '" + value + "'");
        }
        return value.equals("latest");
    }

    private String zone(YamlNode node) {
        try {
            return ZoneId.of(node.text()).getId();
        } catch (DateTimeException e) {
            node.error("is not a time zone such as Europe/Vienna: '" + node.text() + "'");
            return "UTC";
        }
    }

    private Train train(YamlNode node) {
        if (!node.expectMap()) {
            return new Train("", Map.of(), 0, false, false);
        }
        Map<String, Object> params = new LinkedHashMap<>();
        Optional<YamlNode> paramsNode = node.find("params").filter(YamlNode::expectMap);
        paramsNode.ifPresent(p -> p.entries().forEach((key, value) -> params.put(key, value.scalar())));
        Optional<YamlNode> algorithmNode = node.need("algorithm");
        String algorithm = algorithmNode.map(YamlNode::text).orElse("");
        algorithmNode.ifPresent(a -> {
            if (!Trainers.names().contains(algorithm)) {
                String near = YamlNode.nearest(algorithm, Trainers.names())
                        .map(k -> ", did you mean '" + k + "'?")
                        .orElse("; known are " + String.join(", ", Trainers.names()));
                a.error("is not an algorithm" + near);
            } else {
                Trainer trainer = Trainers.get(algorithm);
                for (ParameterProblem problem : trainer.check(params)) {
                    paramsNode
                            .map(p -> p.entries().getOrDefault(problem.key(), p))
                            .orElse(a)
                            .error(problem.message());
                }
            }
        });
        boolean balanced = node.find("weights").map(this::balanced).orElse(false);
        boolean log1p = node.find("target").map(this::log1p).orElse(false);
        long seed = node.find("seed").map(n -> n.whole(0, Long.MAX_VALUE)).orElse(1L);
        node.noOtherKeys();
        return new Train(algorithm, params, seed, balanced, log1p);
    }

    private boolean balanced(YamlNode node) {
        if (!node.text().equals("balanced")) {
            node.error("must be balanced");
        }
        return true;
    }

    private boolean log1p(YamlNode node) {
        if (!node.text().equals("log1p")) {
            node.error("must be log1p");
        }
        return true;
    }

    private Evaluate evaluate(YamlNode node, List<String> byDefault) {
        if (!node.expectMap()) {
            return new Evaluate(byDefault, 1000, 0.95);
        }
        List<String> metrics = node.find("metrics")
                .map(m -> {
                    m.texts().forEach(name -> RuleReader.metric(m, name));
                    return m.texts();
                })
                .orElse(byDefault);
        Optional<YamlNode> interval = node.find("interval").filter(YamlNode::expectMap);
        int replicates = interval.flatMap(i -> i.find("replicates"))
                .map(n -> (int) n.whole(100, 20_000))
                .orElse(1000);
        double confidence = interval.flatMap(i -> i.find("confidence"))
                .map(n -> n.number(0.5, 0.9999))
                .orElse(0.95);
        interval.ifPresent(YamlNode::noOtherKeys);
        node.noOtherKeys();
        return new Evaluate(metrics, replicates, confidence);
    }

    private boolean reject(YamlNode node) {
        String value = node.text();
        if (!value.equals("hold") && !value.equals("reject")) {
            node.error("must be hold or reject, is '" + value + "'");
        }
        return value.equals("reject");
    }

    private Register register(YamlNode node, String name) {
        if (!node.expectMap()) {
            return new Register(name, false, Map.of());
        }
        String model = node.find("model").map(YamlNode::text).orElse(name);
        List<String> formats = node.find("formats").map(YamlNode::texts).orElse(List.of("native"));
        for (String format : formats) {
            if (!format.equals("native") && !format.equals("onnx")) {
                node.error("knows the formats native and onnx, not '" + format + "'");
            }
        }
        Map<String, String> card = node.find("card").map(CardReader::read).orElse(Map.of());
        node.noOtherKeys();
        return new Register(model, formats.contains("onnx"), card);
    }

    private Deploy deploy(YamlNode node, boolean binary) {
        if (!node.expectMap()) {
            return new Deploy("", "champion", null);
        }
        String endpoint = node.need("endpoint").map(this::name).orElse("");
        String alias = node.find("alias").map(YamlNode::text).orElse("champion");
        Optional<Decision> decision = node.find("decision")
                .filter(YamlNode::expectMap)
                .map(d -> {
                    if (!binary) {
                        d.error("needs a label with a positive class");
                    }
                    Decision read = new Decision(
                            d.need("threshold").map(n -> n.number(0, 1)).orElse(0.5),
                            d.need("positive").map(YamlNode::text).orElse(""),
                            d.need("negative").map(YamlNode::text).orElse(""));
                    d.noOtherKeys();
                    return read;
                });
        node.noOtherKeys();
        return new Deploy(endpoint, alias, decision.orElse(null));
    }

    private Run run(YamlNode node) {
        if (!node.expectMap()) {
            return new Run(Duration.ofHours(4), 3, Duration.ofSeconds(10), false);
        }
        Duration timeout = node.find("timeout").map(YamlNode::duration).orElse(Duration.ofHours(4));
        Optional<YamlNode> retry = node.find("retry").filter(YamlNode::expectMap);
        int attempts = retry.flatMap(r -> r.find("attempts"))
                .map(n -> (int) n.whole(1, 20))
                .orElse(3);
        Duration delay =
                retry.flatMap(r -> r.find("delay")).map(YamlNode::duration).orElse(Duration.ofSeconds(10));
        retry.ifPresent(YamlNode::noOtherKeys);
        Optional<YamlNode> concurrency = node.find("concurrency").filter(YamlNode::expectMap);
        concurrency.flatMap(c -> c.find("limit")).ifPresent(n -> n.whole(1, 1));
        boolean skip =
                concurrency.flatMap(c -> c.find("whenBusy")).map(this::skip).orElse(false);
        concurrency.ifPresent(YamlNode::noOtherKeys);
        node.noOtherKeys();
        return new Run(timeout, attempts, delay, skip);
    }

    private boolean skip(YamlNode node) {
        String value = node.text();
        if (!value.equals("queue") && !value.equals("skip")) {
            node.error("must be queue or skip, is '" + value + "'");
        }
        return value.equals("skip");
    }
}
