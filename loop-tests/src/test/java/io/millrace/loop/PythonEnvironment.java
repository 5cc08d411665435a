package io.millrace.loop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A virtual environment with the clients that the tests need. Without Python or its packages the tests are skipped. */
final class PythonEnvironment {

    private static final Path FOLDER = Path.of("src/test/python").toAbsolutePath();
    private static final Path HOME = Path.of("target/python").toAbsolutePath();
    private static final long MINUTES = 8;

    private final Path python;

    private PythonEnvironment(Path python) {
        this.python = python;
    }

    /** Runs the tests of one file with pytest; fails with its output. */
    void pytest(String file, Map<String, String> environment) throws IOException, InterruptedException {
        Path report = Path.of("target", file.replace(".py", ".txt"));
        int status = run(
                report,
                environment,
                python.toString(),
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                "--show-capture=no",
                FOLDER.resolve(file).toString());
        if (status != 0) {
            throw new AssertionError("pytest " + file + " ended with " + status + ":\n" + Files.readString(report));
        }
    }

    /** Makes the environment, unless it is there. */
    static PythonEnvironment install() throws IOException, InterruptedException {
        Path python = HOME.resolve("bin/python");
        Path requirements = FOLDER.resolve("requirements.txt");
        Path installed = HOME.resolve("installed.txt");
        String wanted = Files.readString(requirements);
        if (Files.exists(installed) && Files.readString(installed).equals(wanted)) {
            return new PythonEnvironment(python);
        }
        Files.createDirectories(HOME.getParent());
        Path log = HOME.resolveSibling("python-install.txt");
        Assumptions.assumeTrue(
                run(log, Map.of(), "python3", "-m", "venv", "--clear", HOME.toString()) == 0,
                () -> "no python3 with venv: " + read(log));
        Assumptions.assumeTrue(
                run(
                                log,
                                Map.of("PIP_DISABLE_PIP_VERSION_CHECK", "1", "PIP_RETRIES", "2"),
                                python.toString(),
                                "-m",
                                "pip",
                                "install",
                                "-q",
                                "-r",
                                requirements.toString())
                        == 0,
                () -> "the Python packages cannot be installed: " + read(log));
        Files.writeString(installed, wanted);
        return new PythonEnvironment(python);
    }

    private static int run(Path output, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(command));
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            Files.writeString(output, e.getMessage());
            return -1;
        }
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            return -1;
        }
        return process.exitValue();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return e.getMessage();
        }
    }
}
