import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Loads a server that speaks MLflow's REST API and prints throughput and latencies; the same calls for any such server.
 *
 * <p>{@code java RegistryLoad.java URL [TOKEN] [RUNS] [SECONDS]}: seeds an experiment with RUNS runs of ten metrics each, then for
 * SECONDS each, with 20 clients: log-batch of 10 metrics, log-batch of 500, runs/search for the 100 newest runs above a metric's
 * value, and page 100 of the same search.
 */
public final class RegistryLoad {

    private static final int CLIENTS = 20;
    private static final Pattern RUN_ID = Pattern.compile("\"run_id\"\\s*:\\s*\"([0-9a-f]{32})\"");
    private static final Pattern EXPERIMENT_ID = Pattern.compile("\"experiment_id\"\\s*:\\s*\"(\\d+)\"");

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final String api;
    private final String token;

    private RegistryLoad(String url, String token) {
        this.api = url + "/api/2.0/mlflow/";
        this.token = token;
    }

    public static void main(String[] args) throws Exception {
        if (args.length == 0) {
            System.err.println("usage: java RegistryLoad.java URL [TOKEN] [RUNS] [SECONDS]");
            System.exit(2);
        }
        int runs = args.length > 2 ? Integer.parseInt(args[2]) : 20_000;
        int seconds = args.length > 3 ? Integer.parseInt(args[3]) : 20;
        new RegistryLoad(args[0], args.length > 1 ? args[1] : "").measure(runs, seconds);
    }

    private interface Call {
        void make(int client, int number) throws Exception;
    }

    private void measure(int runs, int seconds) throws Exception {
        String experiment = first(EXPERIMENT_ID, post("experiments/create", "{\"name\": \"load-" + System.nanoTime() + "\"}"));
        AtomicInteger seeded = new AtomicInteger();
        long start = System.nanoTime();
        together(client -> {
            for (int i = seeded.getAndIncrement(); i < runs; i = seeded.getAndIncrement()) {
                String run = run(experiment, i);
                post("runs/log-batch", batch(run, 10, i));
            }
        });
        System.out.printf(Locale.ROOT, "%-28s %8.1f /s%n", "create + log (seed)", runs / ((System.nanoTime() - start) / 1e9));
        String[] own = new String[CLIENTS];
        String other = first(EXPERIMENT_ID, post("experiments/create", "{\"name\": \"writes-" + System.nanoTime() + "\"}"));
        for (int i = 0; i < CLIENTS; i++) {
            own[i] = run(other, i);
        }
        timed("log-batch, 10 metrics", seconds, (client, n) -> post("runs/log-batch", batch(own[client], 10, n)));
        timed("log-batch, 500 metrics", seconds, (client, n) -> post("runs/log-batch", batch(own[client], 500, n)));
        timed("runs/search, 100 of " + runs, seconds, (client, n) -> post("runs/search", search(experiment, "")));
        String token = "";
        for (int page = 1; page < Math.min(100, runs / 200); page++) {
            String body = post("runs/search", search(experiment, token));
            token = first(Pattern.compile("\"next_page_token\"\\s*:\\s*\"([^\"]+)\""), body);
        }
        String deep = token;
        timed("the same, a late page", seconds, (client, n) -> post("runs/search", search(experiment, deep)));
    }

    private String run(String experiment, int number) throws Exception {
        return first(
                RUN_ID,
                post(
                        "runs/create",
                        "{\"experiment_id\": \"" + experiment + "\", \"run_name\": \"r" + number + "\", \"start_time\": "
                                + (1_700_000_000_000L + number) + "}"));
    }

    private static String batch(String run, int metrics, int step) {
        StringBuilder body = new StringBuilder("{\"run_id\": \"").append(run).append("\", \"metrics\": [");
        for (int i = 0; i < metrics; i++) {
            body.append(i == 0 ? "" : ",")
                    .append("{\"key\": \"m").append(i)
                    .append("\", \"value\": ").append(ThreadLocalRandom.current().nextDouble())
                    .append(", \"timestamp\": ").append(1_700_000_000_000L + step)
                    .append(", \"step\": ").append(step).append("}");
        }
        return body.append("]}").toString();
    }

    private static String search(String experiment, String token) {
        return "{\"experiment_ids\": [\"" + experiment + "\"], \"filter\": \"metrics.m3 > 0.5\", \"max_results\": 100"
                + (token.isEmpty() ? "" : ", \"page_token\": \"" + token + "\"") + "}";
    }

    private interface Work {
        void run(int client) throws Exception;
    }

    private void together(Work work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int client = i;
                all.add(threads.submit(() -> {
                    work.run(client);
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get(30, TimeUnit.MINUTES);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void timed(String name, int seconds, Call call) throws Exception {
        long begin = System.nanoTime();
        long end = begin + seconds * 1_000_000_000L;
        List<List<Long>> taken = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            taken.add(new ArrayList<>());
        }
        together(client -> {
            for (int n = 0; System.nanoTime() < end; n++) {
                long start = System.nanoTime();
                call.make(client, n);
                taken.get(client).add(System.nanoTime() - start);
            }
        });
        double elapsed = (System.nanoTime() - begin) / 1e9;
        long[] all = taken.stream().flatMap(List::stream).mapToLong(Long::longValue).sorted().toArray();
        System.out.printf(
                Locale.ROOT,
                "%-28s %8.1f /s   p50 %8.1f ms   p95 %8.1f ms   p99 %8.1f ms%n",
                name,
                all.length / elapsed,
                at(all, 0.50),
                at(all, 0.95),
                at(all, 0.99));
    }

    private static double at(long[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, share * sorted.length)] / 1e6;
    }

    private String post(String path, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(api + path))
                .timeout(Duration.ofMinutes(2))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(path + " answered " + response.statusCode() + ": " + response.body());
        }
        return response.body();
    }

    private static String first(Pattern pattern, String body) {
        Matcher found = pattern.matcher(body);
        if (!found.find()) {
            throw new IllegalStateException("not in the answer: " + pattern + " in " + body.substring(0, Math.min(300, body.length())));
        }
        return found.group(1);
    }
}
