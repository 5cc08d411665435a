package io.millrace.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cli.client.Api;
import io.millrace.cli.platform.ServiceName;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The packaged services with the packaged folders of both formats, added as a deployment adds them. */
@EnabledIfSystemProperty(
        named = "millrace.formats",
        matches = "true",
        disabledReason = "needs libtorch and TensorFlow, -Dmillrace.formats=true")
class OptionalFormatsIT {

    private static final Path TORCH = RunningPlatform.ROOT.resolve("torchscript-format");
    private static final Path TENSORFLOW = RunningPlatform.ROOT.resolve("savedmodel-format");
    private static final String MODELS = "src/test/resources/models";
    private static final Duration LONG = Duration.ofMinutes(4);

    private static final String MLMODEL = """
        flavors:
          FLAVOUR
        mlflow_version: 3.17.2
        signature:
          inputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 3]}}]'
        """;

    @TempDir
    static Path folder;

    private static RunningPlatform running;

    @TempDir
    Path model;

    @BeforeAll
    static void start() throws Exception {
        Path formats = Files.createDirectory(folder.resolve("formats"));
        for (Path module : List.of(TORCH, TENSORFLOW)) {
            Files.createSymbolicLink(formats.resolve(module.getFileName()), module.resolve("target/format"));
        }
        running = new RunningPlatform(folder.resolve("home"), List.of("-Dmillrace.formats.folder=" + formats));
    }

    @AfterAll
    static void stop() {
        if (running != null) {
            running.close();
        }
    }

    @Test
    void serveWhatMlflowLoggedOfPyTorch() throws Exception {
        torch("three.pt");
        deploy("torch", "READY");
        JsonNode expected = json(TORCH);

        agree(
                "torch",
                "output",
                expected.path("rows"),
                expected.path("answers").path("three").path(0));
    }

    @Test
    void serveWhatMlflowLoggedOfKeras() throws Exception {
        Files.writeString(
                model.resolve("MLmodel"), MLMODEL.replace("FLAVOUR", "keras: {data: data, save_exported_model: true}"));
        Path from = TENSORFLOW.resolve(MODELS).resolve("keras");
        for (Path file : files(from)) {
            Path to = model.resolve("data/model").resolve(from.relativize(file).toString());
            Files.createDirectories(to.getParent());
            Files.copy(file, to);
        }
        deploy("keras", "READY");
        JsonNode expected = json(TENSORFLOW).path("keras");

        agree("keras", "output_0", expected.path("rows"), expected.path("output"));
    }

    @Test
    void sayWhatToDoWithAPickle() throws Exception {
        torch("pickle.pth");

        assertThat(deploy("pickle", "FAILED").toString())
                .contains(
                        "MLflow flavour pytorch: the file is a pickle of torch.save, which only Python reads: save what"
                                + " torch.jit.script or torch.jit.trace makes of the model");
    }

    private void torch(String file) throws IOException {
        Files.writeString(
                model.resolve("MLmodel"),
                MLMODEL.replace("FLAVOUR", "pytorch: {model_data: data, pytorch_version: 2.7.1}"));
        Files.copy(
                TORCH.resolve(MODELS).resolve(file),
                Files.createDirectory(model.resolve("data")).resolve("model.pth"));
    }

    private static JsonNode json(Path module) throws IOException {
        return Api.JSON.readTree(module.resolve(MODELS).resolve("expected.json").toFile());
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    /** Registers the model and waits until its endpoint's arm is in the state; gives the endpoint. */
    private JsonNode deploy(String name, String state) throws Exception {
        Api api = running.api();
        String run = api.post(ServiceName.REGISTRY, "/api/v1/runs", Map.of("experimentName", "formats", "name", name))
                .path("runId")
                .asText();
        for (Path file : files(model)) {
            String path = "/api/v1/runs/" + run + "/artifacts/model/" + model.relativize(file);
            HttpRequest upload = HttpRequest.newBuilder(
                            URI.create(running.platform().ports().url(ServiceName.REGISTRY) + path))
                    .header("Authorization", "Bearer " + running.token())
                    .PUT(HttpRequest.BodyPublishers.ofFile(file))
                    .build();
            int status = HttpClient.newHttpClient()
                    .send(upload, HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            assertThat(status).as(path).isBetween(200, 299);
        }
        api.post(ServiceName.REGISTRY, "/api/v1/models/" + name + "/versions", Map.of("runId", run, "path", "model"));
        api.put(
                ServiceName.SERVING,
                "/api/v1/endpoints/" + name,
                Map.of("arms", List.of(Map.of("name", "only", "weight", 100, "model", name, "version", 1))));
        Instant end = Instant.now().plus(LONG);
        JsonNode now = api.get(ServiceName.SERVING, "/api/v1/endpoints/" + name);
        while (!now.toString().contains("\"" + state + "\"")) {
            assertThat(Instant.now()).as(now.toString()).isBefore(end);
            Thread.sleep(200);
            now = api.get(ServiceName.SERVING, "/api/v1/endpoints/" + name);
        }
        return now;
    }

    private static void agree(String name, String output, JsonNode rows, JsonNode answers) {
        JsonNode answer = running.api()
                .post(
                        ServiceName.SERVING,
                        "/v2/models/" + name + "/infer",
                        Map.of(
                                "inputs",
                                List.of(Map.of(
                                        "name",
                                        "x",
                                        "shape",
                                        List.of(rows.size(), 3),
                                        "datatype",
                                        "FP32",
                                        "data",
                                        rows)),
                                "outputs",
                                List.of(Map.of("name", output))));
        JsonNode data = answer.path("outputs").path(0).path("data");
        assertThat(data.size()).as(answer.toString()).isEqualTo(answers.size() * 3);
        for (int i = 0; i < data.size(); i++) {
            assertThat(data.path(i).doubleValue())
                    .isCloseTo(answers.path(i / 3).path(i % 3).doubleValue(), within(1e-6));
        }
    }
}
