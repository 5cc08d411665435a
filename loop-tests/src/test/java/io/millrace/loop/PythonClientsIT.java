package io.millrace.loop;

import io.millrace.cli.platform.Ports;
import io.millrace.cli.platform.ServiceName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What people do in Python, with the clients that they have, against the packaged services. */
@EnabledIfSystemProperty(
        named = "millrace.clients",
        matches = "true",
        disabledReason = "installs hundreds of MiB of Python packages first, -Dmillrace.clients=true")
class PythonClientsIT {

    @TempDir
    static Path folder;

    private static PythonEnvironment python;
    private static RunningPlatform running;

    @BeforeAll
    static void start() throws Exception {
        python = PythonEnvironment.install();
        running = new RunningPlatform(folder.resolve("home"));
    }

    @AfterAll
    static void stop() {
        if (running != null) {
            running.close();
        }
    }

    @Test
    void serveMlflow() throws Exception {
        python.pytest("test_mlflow.py", environment());
    }

    @Test
    void serveTritonsClient() throws Exception {
        python.pytest("test_triton.py", environment());
    }

    /** On public data sets that are not part of the project. */
    @Test
    void answerAsTheModelsDoInPython() throws Exception {
        Path data = Path.of(System.getProperty("millrace.test.data", "../../shared/data"))
                .toAbsolutePath();
        for (String file : List.of("credit-default.csv", "adult-income.csv")) {
            Assumptions.assumeTrue(
                    Files.isRegularFile(data.resolve(file)),
                    () -> "no " + file + " in " + data.normalize() + ", say where with -Dmillrace.test.data");
        }

        Map<String, String> environment = new HashMap<>(environment());
        environment.put("MILLRACE_TEST_DATA", data.toString());
        python.pytest("test_answers.py", environment);
    }

    private static Map<String, String> environment() {
        Ports ports = running.platform().ports();
        return Map.of(
                "MILLRACE_REGISTRY_URL", ports.url(ServiceName.REGISTRY),
                "MILLRACE_SERVING_URL", ports.url(ServiceName.SERVING),
                "MILLRACE_TOKEN", running.token());
    }
}
