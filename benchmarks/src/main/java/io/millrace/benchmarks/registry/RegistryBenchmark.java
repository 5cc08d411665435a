package io.millrace.benchmarks.registry;

import io.millrace.benchmarks.registry.Load.Figures;
import io.millrace.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Our registry beside MLflow's server in one run: both on one PostgreSQL that keeps what it acknowledges, the same runs, the
 * same calls by 20 clients, one server after the other for each call.
 *
 * <p>Arguments: {@code --mlflow PROGRAM} (without it only ours is measured), {@code --runs 20000}, {@code --points 1} of each
 * metric, {@code --versions 1000}, {@code --warm-up 20} and {@code --seconds 15} for each call, {@code --clients 20},
 * {@code --only CALL}. Run it in the project's folder after {@code ./mvnw package -DskipTests}.
 */
public final class RegistryBenchmark {

    private final List<Server> servers;
    private final Load load;
    private final String only;

    private RegistryBenchmark(List<Server> servers, Load load, String only) {
        this.servers = servers;
        this.load = load;
        this.only = only;
    }

    public static void main(String[] args) throws Exception {
        Map<String, String> options = options(args);
        int clients = Integer.parseInt(options.getOrDefault("clients", "20"));
        int warmUp = Integer.parseInt(options.getOrDefault("warm-up", "20"));
        int seconds = Integer.parseInt(options.getOrDefault("seconds", "15"));
        Seed volume = new Seed(
                Integer.parseInt(options.getOrDefault("runs", "20000")),
                Integer.parseInt(options.getOrDefault("points", "1")),
                Integer.parseInt(options.getOrDefault("versions", "1000")));
        // Each client keeps its connection.
        System.setProperty("http.maxConnections", Integer.toString(clients * 2));
        Path work = Files.createTempDirectory("millrace-benchmark");
        List<Server> servers = new ArrayList<>();
        try (EmbeddedPostgres postgres =
                EmbeddedPostgres.start(new EmbeddedPostgres.Options(work.resolve("postgres"), 0, true))) {
            try {
                servers.add(Servers.millrace(postgres, work));
                if (options.containsKey("mlflow")) {
                    servers.add(Servers.mlflow(postgres, Path.of(options.get("mlflow")), work));
                }
                new RegistryBenchmark(servers, new Load(clients, warmUp, seconds), options.getOrDefault("only", ""))
                        .measure(postgres, volume, clients);
            } finally {
                servers.forEach(Server::close);
            }
        }
        System.out.println("logs and data are in " + work);
    }

    private static Map<String, String> options(String[] args) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i].replaceFirst("^--", ""), args[i + 1]);
        }
        return options;
    }

    private void measure(EmbeddedPostgres postgres, Seed volume, int clients) throws Exception {
        Map<String, String> searched = new HashMap<>();
        Map<String, List<String>> own = new HashMap<>();
        for (Server server : servers) {
            String experiment = Calls.experiment(server, "searched");
            List<String> seed =
                    server.name().equals(Servers.MLFLOW) ? volume.mlflow(experiment) : volume.millrace(experiment);
            Servers.execute(postgres, server.name(), seed.toArray(new String[0]));
            searched.put(server.name(), experiment);
            String written = Calls.experiment(server, "written");
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                ids.add(Calls.run(server, written));
            }
            own.put(server.name(), ids);
        }
        System.out.println(volume + " in each store; " + clients + " clients; times in ms");
        compareAnswers(searched);
        List<Case> cases = cases(own, searched, volume.runs(), clients).stream()
                .filter(c -> c.name().contains(only))
                .toList();
        // All of them before the first is measured: a just-in-time compiler is busy for minutes when the cores are.
        for (Case one : cases) {
            for (Server server : servers) {
                load.warmUp(one.preparation().of(server));
            }
        }
        for (Case one : cases) {
            measure(one);
        }
    }

    private static List<Case> cases(
            Map<String, List<String>> own, Map<String, String> searched, int runs, int clients) {
        return List.of(
                new Case("log-batch of 10", server -> {
                    List<String> ids = own.getOrDefault(server.name(), List.of());
                    return (client, n) -> server.post("runs/log-batch", Calls.batch(ids.get(client), 10, n));
                }),
                new Case("log-batch of 10, one run", server -> {
                    String id = Calls.run(server, "0");
                    return (client, n) -> server.post("runs/log-batch", Calls.batch(id, 10, n * clients + client));
                }),
                new Case("log-batch of 500", server -> {
                    List<String> ids = own.getOrDefault(server.name(), List.of());
                    return (client, n) -> server.post("runs/log-batch", Calls.batch(ids.get(client), 500, n));
                }),
                new Case("search: metric, param, order", server -> search(server, searched, Calls.FILTERED, 1)),
                new Case("search: newest", server -> search(server, searched, Calls.NEWEST, 1)),
                new Case("search: newest, late page", server -> search(server, searched, Calls.NEWEST, runs / 250)),
                new Case("history of a metric", server -> {
                    List<String> ids = Calls.runs(server.post(
                            "runs/search", Calls.search(searched.getOrDefault(server.name(), ""), Calls.NEWEST, "")));
                    return (client, n) -> server.get("metrics/get-history?metric_key=m3&run_id=" + ids.get(n % 100));
                }),
                new Case(
                        "versions of a model",
                        server ->
                                (client, n) -> server.get("model-versions/search?max_results=100&filter=name%3D%27model"
                                        + (1 + n % Seed.MODELS) + "%27")));
    }

    /** A call that finds something else is not a comparison. */
    private void compareAnswers(Map<String, String> searched) throws Exception {
        for (String what : List.of(Calls.FILTERED, Calls.NEWEST)) {
            List<String> first = List.of();
            for (Server server : servers) {
                String body = Calls.search(searched.getOrDefault(server.name(), ""), what, "");
                List<String> found = Calls.runs(server.post("runs/search", body));
                if (found.isEmpty() || (!first.isEmpty() && !first.equals(found))) {
                    throw new IllegalStateException(
                            server.name() + " finds other runs for " + what + ": " + found + "\ninstead of " + first);
                }
                first = found;
            }
        }
    }

    private static Load.Call search(Server server, Map<String, String> searched, String what, int page)
            throws Exception {
        String experiment = searched.getOrDefault(server.name(), "");
        String body = Calls.search(experiment, what, Calls.page(server, experiment, what, page));
        return (client, n) -> server.post("runs/search", body);
    }

    private interface Preparation {
        Load.Call of(Server server) throws Exception;
    }

    private record Case(String name, Preparation preparation) {}

    private void measure(Case measured) throws Exception {
        String name = measured.name();
        Figures ours = null;
        for (Server server : servers) {
            Figures figures = load.run(measured.preparation().of(server));
            System.out.printf(Locale.ROOT, "%-30s %-9s %s%n", name, server.name(), figures.line());
            if (ours == null) {
                ours = figures;
            } else {
                System.out.printf(
                        Locale.ROOT,
                        "%-30s %-9s %.1f times the calls, median %.1f times lower%n",
                        name,
                        "",
                        ours.perSecond() / figures.perSecond(),
                        figures.p50() / ours.p50());
            }
        }
    }
}
