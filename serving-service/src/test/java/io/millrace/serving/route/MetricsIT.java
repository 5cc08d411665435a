package io.millrace.serving.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.common.testing.MutableClock;
import io.millrace.common.testing.TestTokens;
import io.millrace.serving.model.VersionId;
import io.millrace.serving.testing.Models;
import io.millrace.serving.testing.Serving;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

@QuarkusTest
class MetricsIT extends Serving {

    private static final Pattern STATUS = Pattern.compile("status=\"(\\d+)\"");

    @Inject
    RouteTable routes;

    @Test
    void tellsQuantilesAndStagesByEndpointArmAndVersion() throws Exception {
        serve("metered", Models.FIRST);
        for (int i = 0; i < 3; i++) {
            predict("metered", Map.of("instances", List.of(Models.row(), Models.row())));
        }
        predict("metered", Map.of("inputs", Models.row("amount", "much")));

        String metrics = as(TestTokens.VIEWER).get("/q/metrics").asString();
        String labels = "{arm=\"champion\",endpoint=\"metered\",model=\"metered\",";
        assertThat(metrics)
                .contains("millrace_serving_requests_total" + labels + "outcome=\"ok\",version=\"1\"} 3.0")
                .contains("millrace_serving_requests_total" + labels + "outcome=\"invalid\",version=\"1\"} 1.0")
                .contains("millrace_serving_rows_total" + labels + "version=\"1\"} 6.0")
                .contains("millrace_serving_latency_seconds" + labels + "version=\"1\",quantile=\"0.5\"}")
                .contains("millrace_serving_latency_seconds" + labels + "version=\"1\",quantile=\"0.95\"}")
                .contains("millrace_serving_latency_seconds" + labels + "version=\"1\",quantile=\"0.99\"}")
                .contains("millrace_serving_latency_seconds_bucket" + labels + "version=\"1\",le=\"0.001\"}");
        for (String stage : List.of("input", "infer", "output")) {
            assertThat(metrics)
                    .contains("millrace_serving_compute_seconds_total" + labels + "stage=\"" + stage
                            + "\",version=\"1\"}");
        }
        ArmMeters.Stages stages = routes.get("metered").firstArm().meters().stages();
        assertThat(List.of(stages.input(), stages.infer(), stages.output(), stages.lastInference()))
                .allMatch(value -> value > 0);
    }

    @Test
    void timesRequestsOfEveryOutcomeOnceByTheTemplateOfTheirPath() throws Exception {
        serve("timed", Models.FIRST);
        String template = "uri=\"/api/v1/endpoints/{name}/predict\"";
        Map<String, Double> before = counts(template);
        predict("timed", Map.of("inputs", Models.row()));
        predict("timed", Map.of("inputs", Models.row()));
        predict("timed", Map.of("inputs", Models.row("amount", "much")));
        predict("nobody", Map.of("inputs", Models.row()));
        as(TestTokens.PREDICTOR).get("/api/v1/endpoints/timed/predict");
        as("none").body("{}").post("/api/v1/endpoints/timed/predict");
        as("none").body(new byte[11_000_000]).post("/api/v1/endpoints/timed/predict");

        Map<String, Double> after = counts(template);
        Map<String, Integer> expected = Map.of("200", 2, "400", 1, "404", 1, "401", 1, "413", 1, "405", 1);
        expected.forEach(
                (status, count) -> assertThat(after.getOrDefault(status, 0.0) - before.getOrDefault(status, 0.0))
                        .as(status)
                        .isEqualTo(count.doubleValue()));
        assertThat(as(TestTokens.VIEWER).get("/q/metrics").asString())
                .doesNotContain("uri=\"/api/v1/endpoints/timed/predict\"");
    }

    /** Counts of requests by status. */
    private static Map<String, Double> counts(String template) {
        Map<String, Double> counts = new HashMap<>();
        for (String line : as(TestTokens.VIEWER).get("/q/metrics").asString().split("\n")) {
            Matcher status = STATUS.matcher(line);
            if (line.startsWith("http_server_requests_seconds_count{") && line.contains(template) && status.find()) {
                counts.merge(status.group(1), Double.parseDouble(line.substring(line.lastIndexOf(' '))), Double::sum);
            }
        }
        return counts;
    }

    @Test
    void forgetsVersionsThatAreGoneForGood() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        MutableClock clock = new MutableClock(Instant.EPOCH);
        ArmMeterCache cache = new ArmMeterCache(registry, clock);
        ArmMeters first = cache.get("e", "a", new VersionId("m", 1));
        int one = registry.getMeters().size();
        cache.get("e", "a", new VersionId("m", 2));
        assertThat(registry.getMeters()).hasSize(2 * one);

        clock.advance(Duration.ofMinutes(10));
        assertThat(cache.get("e", "a", new VersionId("m", 1))).isSameAs(first);
        clock.advance(Duration.ofMinutes(10));
        cache.clean();

        assertThat(registry.getMeters())
                .hasSize(one)
                .allMatch(meter -> "1".equals(meter.getId().getTag("version")));
    }
}
