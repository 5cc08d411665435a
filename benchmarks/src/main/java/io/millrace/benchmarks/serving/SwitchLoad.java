package io.millrace.benchmarks.serving;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks a running service for predictions at an even pace while the version behind the endpoint is switched again and again.
 *
 * <p>{@code java SwitchLoad.java REGISTRY_URL SERVING_URL TOKEN SECONDS [EVERY_MILLIS] [PER_SECOND] [SERVING_PID]}: needs the
 * model flight-delay of the examples with at least one version; makes a second version of the same files if there is only
 * one. Tells failures, answers by a version that was not routed, and the latencies, counted from the instant a request was
 * due, within the second after a switch and otherwise. With the process id of the service also its resident memory. Ends
 * with 1 when a request failed or was answered by a version that was not routed.
 */
public final class SwitchLoad {

    private static final String MODEL = "flight-delay";
    private static final String ENDPOINT = "switch-load";
    private static final int CLIENTS = 4;
    private static final long WARM_UP_NANOS = 10_000_000_000L;
    private static final long DURING_NANOS = 1_000_000_000L;
    private static final Pattern VERSION = Pattern.compile("\"version\"\\s*:\\s*\"?(\\d+)");
    private static final Pattern SERVING = Pattern.compile("\"servingVersion\"\\s*:\\s*(\\d+)");
    private static final String ROW = """
            {"inputs": {"carrier": "UA", "origin": "LGA", "dest": "IAH", "hour": 17, "day_of_week": 5, "distance": 1416,
             "temp": 84.0, "humid": 71.0, "wind_speed": 12.7, "precip": 0.1, "visib": 6.0, "pressure": 1008.4}}""";

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final String registry;
    private final String serving;
    private final String token;
    private final List<Switch> switches = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong failed = new AtomicLong();

    /** A version was asked for, and was then seen to be served. Nanoseconds. */
    private record Switch(int version, long asked, long seen) {}

    /** An answer; nanoseconds. */
    private record Answer(long due, long sent, long came, int version) {}

    private SwitchLoad(String registry, String serving, String token) {
        this.registry = registry;
        this.serving = serving;
        this.token = token;
    }

    public static void main(String[] args) throws Exception {
        if (args.length < 4) {
            System.err.println(
                    "usage: java SwitchLoad.java REGISTRY_URL SERVING_URL TOKEN SECONDS [EVERY_MILLIS] [PER_SECOND] [PID]");
            System.exit(2);
        }
        long every = args.length > 4 ? Long.parseLong(args[4]) : 5000;
        int rate = args.length > 5 ? Integer.parseInt(args[5]) : 200;
        String pid = args.length > 6 ? args[6] : "";
        boolean good = new SwitchLoad(args[0], args[1], args[2]).run(Long.parseLong(args[3]), every, rate, pid);
        System.exit(good ? 0 : 1);
    }

    private boolean run(long seconds, long every, int rate, String pid) throws Exception {
        int[] versions = versions();
        promote(versions[0]);
        call(
                "PUT",
                serving + "/api/v1/endpoints/" + ENDPOINT,
                "{\"arms\": [{\"name\": \"a\", \"weight\": 100, \"model\": \"" + MODEL
                        + "\", \"alias\": \"switched\"}]}");
        switches.add(new Switch(versions[0], System.nanoTime(), seen(versions[0])));
        long begin = System.nanoTime();
        long end = begin + WARM_UP_NANOS + seconds * 1_000_000_000L;
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            long offset = begin + i * (1_000_000_000L / rate);
            Thread client = new Thread(() -> ask(offset, CLIENTS * 1_000_000_000L / rate, end));
            client.start();
            clients.add(client);
        }
        LockSupport.parkNanos(WARM_UP_NANOS);
        long resident20 = 0;
        long resident = 0;
        for (int i = 1; System.nanoTime() + every * 1_000_000 < end; i++) {
            int version = versions[i % 2];
            long asked = System.nanoTime();
            promote(version);
            switches.add(new Switch(version, asked, seen(version)));
            if (i % 20 == 0 && !pid.isEmpty()) {
                resident = resident(pid);
                resident20 = resident20 == 0 ? resident : resident20;
                System.out.printf(Locale.ROOT, "after %d switches: resident %d MiB%n", i, resident >> 10);
            }
            LockSupport.parkNanos(asked + every * 1_000_000 - System.nanoTime());
        }
        for (Thread client : clients) {
            client.join();
        }
        return report(begin + WARM_UP_NANOS, resident20, resident);
    }

    /** Two versions of the model. */
    private int[] versions() throws Exception {
        String first = call("GET", registry + "/api/2.0/mlflow/model-versions/get?name=" + MODEL + "&version=1", "");
        String source = first(Pattern.compile("\"source\"\\s*:\\s*\"([^\"]+)\""), first);
        String run = first(Pattern.compile("\"run_id\"\\s*:\\s*\"([^\"]+)\""), first);
        String second = call(
                "POST",
                registry + "/api/2.0/mlflow/model-versions/create",
                "{\"name\": \"" + MODEL + "\", \"source\": \"" + source + "\", \"run_id\": \"" + run + "\"}");
        return new int[] {1, Integer.parseInt(first(VERSION, second))};
    }

    private void promote(int version) throws Exception {
        call(
                "POST",
                registry + "/api/2.0/mlflow/registered-models/alias",
                "{\"name\": \"" + MODEL + "\", \"alias\": \"switched\", \"version\": \"" + version + "\"}");
    }

    /** Waits until the version is served; when that was. */
    private long seen(int version) throws Exception {
        long until = System.nanoTime() + 60_000_000_000L;
        while (System.nanoTime() < until) {
            Matcher serves = SERVING.matcher(call("GET", serving + "/api/v1/endpoints/" + ENDPOINT, ""));
            if (serves.find() && Integer.parseInt(serves.group(1)) == version) {
                return System.nanoTime();
            }
            Thread.sleep(10);
        }
        throw new IOException("version " + version + " is not served after a minute");
    }

    private void ask(long start, long interval, long end) {
        HttpRequest request = request("POST", serving + "/api/v1/endpoints/" + ENDPOINT + "/predict", ROW);
        for (long due = start; due < end; due += interval) {
            LockSupport.parkNanos(due - System.nanoTime());
            long sent = System.nanoTime();
            try {
                HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
                Matcher version = VERSION.matcher(response.body());
                if (response.statusCode() != 200 || !version.find()) {
                    fail("HTTP " + response.statusCode() + " " + response.body());
                } else {
                    answers.add(new Answer(due, sent, System.nanoTime(), Integer.parseInt(version.group(1))));
                }
            } catch (IOException e) {
                fail(e.toString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void fail(String what) {
        if (failed.incrementAndGet() <= 10) {
            failures.add(what);
        }
    }

    private boolean report(long from, long resident20, long resident) {
        List<Answer> all =
                answers.stream().filter(answer -> answer.due() >= from).toList();
        long unrouted = answers.stream().filter(answer -> !routed(answer)).count();
        long[] during = all.stream()
                .filter(this::duringSwitch)
                .mapToLong(a -> a.came() - a.due())
                .sorted()
                .toArray();
        long[] steady = all.stream()
                .filter(a -> !duringSwitch(a))
                .mapToLong(a -> a.came() - a.due())
                .sorted()
                .toArray();
        long[] taken = switches.stream()
                .skip(1)
                .mapToLong(s -> s.seen() - s.asked())
                .sorted()
                .toArray();
        System.out.printf(
                Locale.ROOT,
                "switches %d, from asked to served p50 %.0f ms, longest %.0f ms%n",
                switches.size() - 1,
                millis(taken, 0.5),
                millis(taken, 1));
        System.out.printf(
                Locale.ROOT,
                "requests %d, failed %d, unrouted %d%n",
                answers.size() + failed.get(),
                failed.get(),
                unrouted);
        System.out.printf(
                Locale.ROOT,
                "steady          requests %d p50 %.2f ms p99 %.2f ms p99.9 %.2f ms%n",
                steady.length,
                millis(steady, 0.5),
                millis(steady, 0.99),
                millis(steady, 0.999));
        System.out.printf(
                Locale.ROOT,
                "during switches requests %d p50 %.2f ms p99 %.2f ms p99.9 %.2f ms%n",
                during.length,
                millis(during, 0.5),
                millis(during, 0.99),
                millis(during, 0.999));
        if (resident20 > 0) {
            System.out.printf(
                    Locale.ROOT,
                    "resident memory at the end / after 20 switches: %.3f%n",
                    (double) resident / resident20);
        }
        failures.forEach(System.out::println);
        return failed.get() == 0 && unrouted == 0 && !all.isEmpty();
    }

    /** Whether the version may have been served at some instant of the request. */
    private boolean routed(Answer answer) {
        for (int i = 0; i < switches.size(); i++) {
            Switch to = switches.get(i);
            long gone = i + 1 < switches.size() ? switches.get(i + 1).seen() : Long.MAX_VALUE;
            if (to.version() == answer.version() && answer.came() >= to.asked() && answer.sent() <= gone) {
                return true;
            }
        }
        return false;
    }

    private boolean duringSwitch(Answer answer) {
        return switches.stream().anyMatch(s -> answer.due() >= s.asked() && answer.due() < s.asked() + DURING_NANOS);
    }

    private static double millis(long[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.ceil(share * sorted.length) - 1] / 1e6;
    }

    /** In KiB. */
    private static long resident(String pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", pid, "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(
                        line -> Long.parseLong(Arrays.asList(line.split("\\s+")).get(1)))
                .findFirst()
                .orElse(0);
    }

    private HttpRequest request(String method, String url, String body) {
        return HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private String call(String method, String url, String body) throws Exception {
        HttpResponse<String> response = http.send(request(method, url, body), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(method + " " + url + ": HTTP " + response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    private static String first(Pattern pattern, String text) throws IOException {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IOException("no " + pattern + " in " + text);
        }
        return matcher.group(1);
    }
}
