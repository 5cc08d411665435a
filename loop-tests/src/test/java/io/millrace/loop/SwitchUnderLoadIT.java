package io.millrace.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cli.client.Api;
import io.millrace.cli.platform.ServiceName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The packaged serving under load while the version behind its endpoint is switched; a short run of the benchmark. */
@EnabledIfSystemProperty(
        named = "millrace.load",
        matches = "true",
        disabledReason = "takes minutes, -Dmillrace.load=true")
class SwitchUnderLoadIT {

    private static final Duration LONG = Duration.ofMinutes(4);

    @TempDir
    static Path folder;

    @Test
    void answersEveryRequestByAVersionThatWasRouted() throws Exception {
        try (RunningPlatform running = new RunningPlatform(folder.resolve("home"))) {
            Api api = running.api();
            train(api);

            Process load = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            RunningPlatform.ROOT
                                    .resolve("benchmarks/src/main/java/io/millrace/benchmarks/serving/SwitchLoad.java")
                                    .toString(),
                            url(running, ServiceName.REGISTRY),
                            url(running, ServiceName.SERVING),
                            running.token(),
                            "20",
                            "2000",
                            "100")
                    .redirectErrorStream(true)
                    .start();
            String told = new String(load.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(load.waitFor()).as(told).isZero();
            assertThat(told).contains(", failed 0, unrouted 0").containsPattern("switches [1-9]");
        }
    }

    private static String url(RunningPlatform running, ServiceName service) {
        return "http://127.0.0.1:" + running.platform().ports().of(service);
    }

    private static void train(Api api) throws IOException, InterruptedException {
        api.putYaml(
                ServiceName.PIPELINE,
                "/api/v1/pipelines/flight-delay",
                Files.readString(RunningPlatform.ROOT.resolve("examples/flight-delays/pipeline.yaml")));
        String run = api.post(
                        ServiceName.PIPELINE,
                        "/api/v1/pipelines/flight-delay/runs",
                        Map.of("trigger", "manual", "params", Map.of("asOf", "2013-05-01T00:00:00Z")))
                .path("id")
                .asText();
        Instant end = Instant.now().plus(LONG);
        JsonNode now = api.get(ServiceName.PIPELINE, "/api/v1/runs/" + run);
        while (Set.of("QUEUED", "RUNNING").contains(now.path("state").asText())) {
            assertThat(Instant.now()).as("the training run still goes on").isBefore(end);
            Thread.sleep(100);
            now = api.get(ServiceName.PIPELINE, "/api/v1/runs/" + run);
        }
        assertThat(now.path("state").asText()).as(now.toString()).isEqualTo("SUCCEEDED");
    }
}
