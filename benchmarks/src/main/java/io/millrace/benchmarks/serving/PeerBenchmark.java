package io.millrace.benchmarks.serving;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.benchmarks.serving.Load.Figures;
import io.millrace.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One model of 23 features, a random forest of scikit-learn as an ONNX graph, behind the packaged service with everything on and
 * behind FastAPI with onnxruntime, MLServer and {@code mlflow models serve}: single rows from one load generator, first as fast as
 * each can, then beside each of them at half of what it did. Then batches of 1,000 rows in binary form beside ONNX Runtime called from Java.
 *
 * <p>Arguments: {@code --python INTERPRETER} with the packages that {@code peers.py} names, {@code --data credit-default.csv} (made-up
 * numbers without it), {@code --seconds 4}, {@code --warm-up 60}, {@code --rounds 3}, {@code --connections 16},
 * {@code --pace} requests a second (half of what each peer does), {@code --peers fastapi,mlserver,mlflow} (or
 * {@code none}), {@code --only single} or {@code batches}. Run it in the
 * project's folder after {@code ./mvnw package -DskipTests}.
 */
public final class PeerBenchmark {

    private static final int FEATURES = 23;
    private static final int ROWS = 1000;
    /** MLServer hands a tensor on as it is unless it is told what it stands for. */
    private static final String CONTENT_TYPE = "\"parameters\":{\"content_type\":\"np\"},";

    private PeerBenchmark() {}

    /** The row that everybody is asked for, and its answer in Python. */
    private record Question(List<Double> row, double probability) {

        String values() {
            return row.stream().map(String::valueOf).collect(Collectors.joining(","));
        }
    }

    /** How long, each of them. */
    private record Times(double seconds, double warmUp, int rounds) {}

    public static void main(String[] args) throws Exception {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i].replaceFirst("^--", ""), args[i + 1]);
        }
        Times times = new Times(
                Double.parseDouble(options.getOrDefault("seconds", "4")),
                Double.parseDouble(options.getOrDefault("warm-up", "60")),
                Integer.parseInt(options.getOrDefault("rounds", "3")));
        int connections = Integer.parseInt(options.getOrDefault("connections", "16"));
        Path python = Path.of(options.getOrDefault("python", "python3"));
        Path work = Files.createTempDirectory("millrace-benchmark");
        Path folder = Files.createDirectories(work.resolve("peers"));
        Peer.train(python, folder, options.getOrDefault("data", ""));
        Question question = question(folder.resolve("row.json"));
        byte[] graph = Files.readAllBytes(folder.resolve("model.onnx"));
        List<Peer> peers = new ArrayList<>();
        try (EmbeddedPostgres postgres =
                        EmbeddedPostgres.start(new EmbeddedPostgres.Options(work.resolve("postgres"), 0, true));
                Setting setting = Setting.start(postgres, work, ServedModel.onnx(graph, FEATURES))) {
            String tensor = tensor("x", "", question);
            setting.serve("credit", 1, tensor);
            setting.serve("credit-sampled", 0.01, tensor);
            String named = named(question);
            peers.add(own("Millrace, every row logged", setting, "/api/v1/endpoints/credit/predict", named));
            peers.add(own("Millrace, 1 % logged", setting, "/api/v1/endpoints/credit-sampled/predict", named));
            peers.add(own("Millrace, Open Inference, 1 %", setting, "/v2/models/credit-sampled/infer", tensor));
            String list = "[" + question.values() + "]";
            Map<String, Map.Entry<String, String>> calls = Map.of(
                    "fastapi",
                    Map.entry("/predict", "{\"features\":" + list + "}"),
                    "mlserver",
                    Map.entry("/v2/models/credit/infer", tensor("X", CONTENT_TYPE, question)),
                    "mlflow",
                    Map.entry("/invocations", "{\"inputs\":[" + list + "]}"));
            for (String peer :
                    options.getOrDefault("peers", "fastapi,mlserver,mlflow").split(",")) {
                Map.Entry<String, String> call = calls.get(peer);
                if (call != null) {
                    peers.add(Peer.start(python, folder, peer, call.getKey(), call.getValue()));
                }
            }
            for (Peer peer : peers) {
                peer.await(question.probability());
            }
            String only = options.getOrDefault("only", "single,batches");
            if (only.contains("single")) {
                compare(setting, peers, connections, times, Double.parseDouble(options.getOrDefault("pace", "0")));
            }
            peers.forEach(Peer::close);
            if (only.contains("batches")) {
                batches(setting, graph, Files.readAllBytes(folder.resolve("batch.bin")), times);
            }
        } finally {
            peers.forEach(Peer::close);
        }
        System.out.println("logs and data are in " + work);
    }

    private static Peer own(String name, Setting setting, String path, String body) {
        return new Peer(name, setting.port(), path, Setting.TOKEN, body, setting::cpuMicros, null);
    }

    /** The native call, which names each value. */
    private static String named(Question question) {
        return IntStream.range(0, FEATURES)
                .mapToObj(i -> "\"f" + i + "\":" + question.row().get(i))
                .collect(Collectors.joining(",", "{\"inputs\":{", "}}"));
    }

    /** @param more members before the inputs */
    private static String tensor(String name, String more, Question question) {
        return "{" + more + "\"inputs\":[{\"name\":\"" + name + "\",\"shape\":[1," + FEATURES
                + "],\"datatype\":\"FP32\",\"data\":[" + question.values() + "]}]}";
    }

    private static void compare(Setting setting, List<Peer> peers, int connections, Times times, double wanted)
            throws IOException, InterruptedException {
        Map<Peer, Load> loads = new LinkedHashMap<>();
        for (Peer peer : peers) {
            loads.put(peer, peer.load(connections));
            loads.get(peer).run(times.warmUp());
            setting.settle();
        }
        System.out.printf(Locale.ROOT, "single rows, %d connections, load %.1f%n", connections, machineLoad());
        for (Map.Entry<Peer, Run> fastest : rounds(setting, loads, times, 0).entrySet()) {
            Peer peer = fastest.getKey();
            if (peer.process() == null) {
                continue;
            }
            double pace = wanted > 0 ? wanted : fastest.getValue().figures().perSecond() / 2;
            Map<Peer, Load> both = new LinkedHashMap<>(loads);
            both.keySet().removeIf(other -> other.process() != null && !other.equals(peer));
            System.out.printf(
                    Locale.ROOT, "at %,.0f a second, beside %s, load %.1f%n", pace, peer.name(), machineLoad());
            rounds(setting, both, times, pace);
        }
    }

    /** In turns, so that what else the machine does meets all alike; of each the round with the median throughput or 99th percentile. */
    private static Map<Peer, Run> rounds(Setting setting, Map<Peer, Load> loads, Times times, double pace)
            throws IOException, InterruptedException {
        Map<Peer, List<Run>> all = new LinkedHashMap<>();
        for (int round = 0; round < times.rounds(); round++) {
            for (Map.Entry<Peer, Load> each : loads.entrySet()) {
                all.computeIfAbsent(each.getKey(), peer -> new ArrayList<>())
                        .add(run(setting, each.getKey(), each.getValue(), times.seconds(), pace));
            }
        }
        Map<Peer, Run> medians = new LinkedHashMap<>();
        all.forEach((peer, runs) -> {
            runs.sort(Comparator.comparingDouble(
                    run -> pace > 0 ? run.figures().p99() : run.figures().perSecond()));
            Run median = runs.get(runs.size() / 2);
            medians.put(peer, median);
            System.out.printf(
                    Locale.ROOT,
                    "%-40s %s   CPU %,7.0f us%n",
                    peer.name(),
                    median.figures().line(),
                    median.cpuMicros());
        });
        return medians;
    }

    /** @param cpuMicros of a request, all processes of the server together */
    private record Run(Figures figures, double cpuMicros) {}

    /** Ends when what was logged is stored, so that the next does not pay for it. */
    private static Run run(Setting setting, Peer peer, Load load, double seconds, double pace)
            throws IOException, InterruptedException {
        double before = peer.cpuMicros().getAsDouble();
        Figures figures = load.run(seconds, pace);
        setting.settle();
        double spent = peer.cpuMicros().getAsDouble() - before;
        return new Run(figures, spent / (figures.perSecond() * seconds));
    }

    private static void batches(Setting setting, byte[] graph, byte[] batch, Times times) throws Exception {
        byte[] json = ("{\"inputs\":[{\"name\":\"x\",\"shape\":[" + ROWS + "," + FEATURES
                        + "],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":" + batch.length
                        + "}}],\"parameters\":{\"binary_data_output\":true}}")
                .getBytes(StandardCharsets.UTF_8);
        byte[] body = Arrays.copyOf(json, json.length + batch.length);
        System.arraycopy(batch, 0, body, json.length, batch.length);
        for (int callers : new int[] {1, Runtime.getRuntime().availableProcessors()}) {
            Load load = new Load(
                    setting.port(), "/v2/models/credit-sampled/infer", Setting.TOKEN, body, json.length, callers);
            load.run(times.warmUp());
            System.out.printf(
                    Locale.ROOT, "batches of %,d rows, %d at once, load %.1f%n", ROWS, callers, machineLoad());
            for (int round = 0; round < times.rounds(); round++) {
                RawOnnx.Speed raw = RawOnnx.measure(graph, batch, FEATURES, callers, times.seconds());
                double before = setting.cpuMicros();
                Figures figures = load.run(times.seconds());
                double cpu = (setting.cpuMicros() - before) / (figures.perSecond() * times.seconds());
                System.out.printf(
                        Locale.ROOT,
                        "ONNX Runtime from Java %,7.1f /s, CPU %,6.0f us; Millrace %s   CPU %,6.0f us; %.0f %% of the throughput,"
                                + " %.0f %% by CPU%n",
                        raw.perSecond(),
                        raw.cpuMicros(),
                        figures.line(),
                        cpu,
                        100 * figures.perSecond() / raw.perSecond(),
                        100 * raw.cpuMicros() / cpu);
            }
        }
    }

    private static double machineLoad() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static Question question(Path file) throws IOException {
        List<Double> row = new ArrayList<>();
        double probability = Double.NaN;
        try (JsonParser json = new JsonFactory().createParser(file.toFile())) {
            String field = "";
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    field = json.currentName();
                } else if (token.isNumeric() && field.equals("row")) {
                    row.add(json.getDoubleValue());
                } else if (token.isNumeric()) {
                    probability = json.getDoubleValue();
                }
            }
        }
        return new Question(row, probability);
    }
}
