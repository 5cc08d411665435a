package io.millrace.benchmarks.serving;

import io.millrace.benchmarks.serving.Load.Figures;
import io.millrace.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Single rows of 23 features through the packaged service with everything on, beside a bare Vert.x route in the same process that
 * reads the same JSON, in turns, each after the database has what the one before logged. Prints of each the run with the median
 * throughput, the CPU time that the service spends on a request until its rows are stored, all its threads together, and how many
 * rows were not stored yet when the run ended.
 *
 * <p>Arguments: {@code --seconds 5}, {@code --connections 16}, {@code --rounds 3}, {@code --warm-up 60} seconds
 * for each target, {@code --only PART_OF_NAME;…}. Run it in the project's folder after {@code ./mvnw package -DskipTests}.
 */
public final class ServingBenchmark {

    private static final int FEATURES = 23;

    private ServingBenchmark() {}

    /** What is measured. */
    private record Target(String name, Load load) {}

    /** One run. */
    private record Run(Figures figures, double cpuMicros, long waiting) {}

    public static void main(String[] args) throws Exception {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i].replaceFirst("^--", ""), args[i + 1]);
        }
        double seconds = Double.parseDouble(options.getOrDefault("seconds", "5"));
        int connections = Integer.parseInt(options.getOrDefault("connections", "16"));
        double warmUp = Double.parseDouble(options.getOrDefault("warm-up", "60"));
        int rounds = Integer.parseInt(options.getOrDefault("rounds", "3"));
        Path work = Files.createTempDirectory("millrace-benchmark");
        try (EmbeddedPostgres postgres =
                        EmbeddedPostgres.start(new EmbeddedPostgres.Options(work.resolve("postgres"), 0, true));
                Setting setting = Setting.start(postgres, work, ServedModel.trees(FEATURES))) {
            String row = TreeModel.tensorCall(FEATURES, 1, 1);
            setting.serve("credit", 1, row);
            setting.serve("credit-sampled", 0.01, row);
            List<Target> targets = new ArrayList<>();
            targets.add(target(setting.barePort(), "bare Vert.x route", "/", row, connections));
            String whole = TreeModel.nativeCall(FEATURES, 1);
            int port = setting.port();
            targets.add(target(port, "Open Inference, every row logged", "/v2/models/credit/infer", row, connections));
            targets.add(
                    target(port, "native, every row logged", "/api/v1/endpoints/credit/predict", whole, connections));
            targets.add(
                    target(port, "Open Inference, 1 % logged", "/v2/models/credit-sampled/infer", row, connections));
            targets.add(
                    target(port, "native, 1 % logged", "/api/v1/endpoints/credit-sampled/predict", whole, connections));
            targets.add(target(
                    port,
                    "Open Inference, 1000 rows, 1 % logged",
                    "/v2/models/credit-sampled/infer",
                    TreeModel.tensorCall(FEATURES, 1000, 1),
                    Math.min(4, connections)));
            String only = options.getOrDefault("only", "");
            targets.removeIf(target -> Stream.of(only.split(";")).noneMatch(target.name::contains));
            for (Target target : targets) {
                target.load.run(warmUp);
                setting.settle();
            }
            measure(targets, setting, seconds, rounds);
        }
        System.out.println("logs and data are in " + work);
    }

    private static Target target(int port, String name, String path, String body, int connections) {
        return new Target(name, new Load(port, path, Setting.TOKEN, body, connections));
    }

    private static void measure(List<Target> targets, Setting setting, double seconds, int rounds) throws Exception {
        Map<String, List<Run>> runs = new HashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Target target : targets) {
                double before = setting.cpuMicros();
                Figures figures = target.load.run(seconds);
                long waiting = setting.waiting();
                setting.settle();
                double cpu = (setting.cpuMicros() - before) / (figures.perSecond() * seconds);
                runs.computeIfAbsent(target.name, name -> new ArrayList<>()).add(new Run(figures, cpu, waiting));
            }
        }
        for (Target target : targets) {
            List<Run> all = runs.getOrDefault(target.name, List.of()).stream()
                    .sorted(Comparator.comparingDouble(run -> run.figures.perSecond()))
                    .toList();
            Run median = all.get(all.size() / 2);
            System.out.printf(
                    Locale.ROOT,
                    "%-40s %s   CPU %,6.1f us   waiting %,7d%n",
                    target.name,
                    median.figures.line(),
                    median.cpuMicros,
                    median.waiting);
        }
    }
}
