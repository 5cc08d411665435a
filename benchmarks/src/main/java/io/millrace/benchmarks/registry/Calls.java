package io.millrace.benchmarks.registry;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The calls of the benchmarks. */
final class Calls {

    /** Of 20,000 runs 1,000 match; the 100 best of them are asked for. */
    static final String FILTERED =
            "\"filter\": \"metrics.m3 > 0.5 and params.p1 = 'v3'\", \"order_by\": [\"metrics.m4 DESC\"]";

    static final String NEWEST = "\"filter\": \"metrics.m3 > 0.5\"";

    private static final Pattern RUN_ID = Pattern.compile("\"run_id\"\\s*:\\s*\"([0-9a-f]{32})\"");
    private static final Pattern EXPERIMENT_ID = Pattern.compile("\"experiment_id\"\\s*:\\s*\"(\\d+)\"");
    private static final Pattern TOKEN = Pattern.compile("\"next_page_token\"\\s*:\\s*\"([^\"]+)\"");

    private Calls() {}

    static String experiment(Server server, String name) throws IOException {
        return first(EXPERIMENT_ID, server.post("experiments/create", "{\"name\": \"" + name + "\"}"));
    }

    static String run(Server server, String experiment) throws IOException {
        return first(
                RUN_ID, server.post("runs/create", "{\"experiment_id\": \"" + experiment + "\", \"start_time\": 1}"));
    }

    static String batch(String run, int metrics, int step) {
        StringBuilder body = new StringBuilder("{\"run_id\": \"").append(run).append("\", \"metrics\": [");
        for (int i = 0; i < metrics; i++) {
            body.append(i == 0 ? "" : ",")
                    .append("{\"key\": \"m")
                    .append(i)
                    .append("\", \"value\": ")
                    .append(ThreadLocalRandom.current().nextDouble())
                    .append(", \"timestamp\": ")
                    .append(System.currentTimeMillis())
                    .append(", \"step\": ")
                    .append(step)
                    .append("}");
        }
        return body.append("]}").toString();
    }

    /** @param token of the page before, or empty */
    static String search(String experiment, String what, String token) {
        return "{\"experiment_ids\": [\"" + experiment + "\"], " + what + ", \"max_results\": 100"
                + (token.isEmpty() ? "" : ", \"page_token\": \"" + token + "\"") + "}";
    }

    /** The token of a late page. */
    static String page(Server server, String experiment, String what, int number) throws IOException {
        String token = "";
        for (int page = 1; page < number; page++) {
            token = first(TOKEN, server.post("runs/search", search(experiment, what, token)));
        }
        return token;
    }

    /** The runs of an answer, in its order. */
    static List<String> runs(String answer) {
        return RUN_ID.matcher(answer).results().map(m -> m.group(1)).toList();
    }

    private static String first(Pattern pattern, String body) {
        Matcher found = pattern.matcher(body);
        if (!found.find()) {
            throw new IllegalStateException(
                    "not in the answer: " + pattern + " in " + body.substring(0, Math.min(300, body.length())));
        }
        return found.group(1);
    }
}
