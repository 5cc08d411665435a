package io.millrace.loop;

import io.millrace.cli.platform.ServiceName;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people do in Python, with the clients that they have, against the packaged services. */
class PythonClientsIT {

    @TempDir
    static Path folder;

    @Test
    void serveMlflow() throws Exception {
        PythonEnvironment python = PythonEnvironment.install();
        try (RunningPlatform platform = new RunningPlatform(folder.resolve("home"))) {
            python.pytest(
                    "test_mlflow.py",
                    Map.of(
                            "MILLRACE_REGISTRY_URL", platform.platform().ports().url(ServiceName.REGISTRY),
                            "MILLRACE_TOKEN", platform.token()));
        }
    }

    @Test
    void serveTritonsClient() throws Exception {
        PythonEnvironment python = PythonEnvironment.install();
        try (RunningPlatform platform = new RunningPlatform(folder.resolve("triton"))) {
            python.pytest(
                    "test_triton.py",
                    Map.of(
                            "MILLRACE_REGISTRY_URL", platform.platform().ports().url(ServiceName.REGISTRY),
                            "MILLRACE_SERVING_URL", platform.platform().ports().url(ServiceName.SERVING),
                            "MILLRACE_TOKEN", platform.token()));
        }
    }
}
